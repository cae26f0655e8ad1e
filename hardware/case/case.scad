// Case of the box: a base with a wall between the two sides, and a lid that is the front panel.
// Millimetres. x to the right, y away from the person, z up; the origin is the inner corner of the floor.
//
//   openscad -D 'show="base"' -o base.stl case.scad     also "lid", "both"
//   openscad -o parts.echo case.scad                    every metal part and every hole, for the test

show = "both";
$fn = 32;

inner = [250, 180, 70];
wall = 3;
board = [160, 100];          // box board
board_at = [33, 42, 19];     // its lower left corner; the Pi hangs below it
barrier_x = board_at.x + 114; // middle of the board's barrier
gap = 8;

// name, side, corner, size: everything that conducts, as boxes
metal = [
    ["box board, Pi's side", "pi", [33, 42, 16], [110, 100, 22]],
    ["box board, lead side", "lead", [151, 42, 16], [42, 100, 22]],
    ["Pi Zero 2 W", "pi", [33, 76, 4], [31, 66, 12]],
    ["USB plugs at the Pi", "pi", [3, 80, 4], [30, 46, 12]],
    ["USB plug in J11", "pi", [122, 2, 20], [20, 40, 14]],
    ["USB plug in J13", "lead", [185, 56, 20], [50, 18, 14]],
    ["power bank, on its edge", "pi", [5, 146, 2], [110, 28, 66]],
    ["STOP on the box", "pi", [50, 10, 45], [40, 40, 25]],
    ["knob", "pi", [79, 65, 50], [18, 18, 20]],
    ["BACK", "pi", [37, 63, 44], [22, 22, 26]],
    ["CONFIRM", "pi", [117, 63, 44], [22, 22, 26]],
    ["screen", "pi", [51, 90, 58], [74, 48, 12]],
    ["lamp", "pi", [30, 108, 52], [12, 12, 18]],
    ["socket of the hand-held lead", "pi", [-3, 11, 32], [27, 22, 22]],
    ["screws of the board, Pi's side", "pi", [34, 64, 0], [108, 70, 19]],
    ["screws of the board, lead side", "lead", [169, 43, 0], [24, 98, 19]],
    ["stimulator board", "lead", [197, 80, 6], [48, 60, 40]],
    ["pack", "lead", [155, 148, 2], [76, 28, 42]],
    ["lead sockets", "lead", [222, 5, 20], [31, 50, 20]],
    ["screws of the lid, left", "pi", [0, 0, 50], [8, 180, 20]],
    ["screws of the lid, right", "lead", [242, 0, 50], [8, 180, 20]],
];

// name, face, position on the face, size (one number: a round hole; two: a window)
holes = [
    ["screen", "lid", [88, 114], [57, 29]],
    ["BACK", "lid", [48, 74], 16.2],
    ["CONFIRM", "lid", [128, 74], 16.2],
    ["knob", "lid", [88, 74], 7.2],
    ["STOP", "lid", [70, 30], 22.4],
    ["lamp", "lid", [36, 114], 10.2],
    ["sound", "lid", [112, 30], 3],
    ["sound", "lid", [118, 30], 3],
    ["sound", "lid", [106, 30], 3],
    ["sound", "lid", [112, 36], 3],
    ["sound", "lid", [112, 24], 3],
    ["hand-held lead", "left", [22, 43], 16.2],
    ["A, 1", "right", [11, 30], 8.2],
    ["A, 2", "right", [23, 30], 8.2],
    ["B, 1", "right", [37, 30], 8.2],
    ["B, 2", "right", [49, 30], 8.2],
];

board_screws = [[37.5, 71.7], [138.5, 68.8], [173, 137.5], [188.5, 46.5]];
lid_screws = [[4, 4], [4, 176], [246, 4], [246, 176]];

for (m = metal) echo("METAL", m[1], m[0], m[2], m[2] + m[3]);
for (h = holes) echo("HOLE", h[1], h[0], h[2], h[3]);
echo("INNER", inner);
echo("WALL", barrier_x - 1.5, barrier_x + 1.5);

module shell(size, r = 4) {
    hull() for (x = [r, size.x - r], y = [r, size.y - r]) translate([x, y, 0]) cylinder(r = r, h = size.z);
}

module wall_holes(face) {
    for (h = holes) if (h[1] == face)
        translate([face == "left" ? -wall - 1 : inner.x - 1, h[2].x, h[2].y]) rotate([0, 90, 0]) cylinder(d = h[3], h = wall + 2);
}

module post(at, height, outer, hole) {
    translate([at.x, at.y, 0]) difference() {
        cylinder(d = outer, h = height);
        translate([0, 0, 2]) cylinder(d = hole, h = height);
    }
}

module base() {
    difference() {
        translate([-wall, -wall, -wall]) shell([inner.x + 2 * wall, inner.y + 2 * wall, inner.z + wall]);
        translate([0, 0, 0]) shell([inner.x, inner.y, inner.z + 1], 2);
        wall_holes("left");
        wall_holes("right");
    }
    // the wall between the sides: full height, with a slot that the board slides into from above
    difference() {
        translate([barrier_x - 1.5, 0, 0]) cube([3, inner.y, inner.z - 1]);
        translate([barrier_x - 3, board_at.y - 0.5, board_at.z - 0.3]) cube([6, board.y + 1, inner.z]);
    }
    for (s = board_screws) post(s, board_at.z, 8, 2.6);
    for (s = lid_screws) post(s, inner.z, 8, 2.6);
}

module lid() {
    difference() {
        translate([-wall, -wall, 0]) shell([inner.x + 2 * wall, inner.y + 2 * wall, wall]);
        for (h = holes) if (h[1] == "lid") translate([h[2].x, h[2].y, -1])
            if (!is_list(h[3])) cylinder(d = h[3], h = wall + 2);
            else translate([-h[3].x / 2, -h[3].y / 2, 0]) cube([h[3].x, h[3].y, wall + 2]);
        for (s = lid_screws) translate([s.x, s.y, -1]) cylinder(d = 3.4, h = wall + 2);
    }
    // closes the board's slot from above: no straight way from side to side
    translate([barrier_x - 1.5, board_at.y, -(inner.z - board_at.z - 22)]) cube([3, board.y, inner.z - board_at.z - 22]);
}

if (show == "base") base();
if (show == "lid") lid();
if (show == "both") { base(); translate([0, 0, inner.z + 40]) lid(); }
