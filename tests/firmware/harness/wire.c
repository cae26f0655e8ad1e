/* The host's side of the serial line: a pseudo-terminal in raw mode. What the host does not
 * read is lost, as on a real line. SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <limits.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "bench.h"

#define BACKLOG 512 /* bytes on the line; the rest waits in the terminal's own buffer */

static int near = -1, far = -1; /* the far side is held open while no host has it open */
static const char *link_path;

void wire_plug(const char *link)
{
    struct termios raw;
    char fresh[PATH_MAX];

    if (near >= 0 || openpty(&near, &far, NULL, NULL, NULL)) {
        perror("pseudo-terminal");
        exit(1);
    }
    tcgetattr(far, &raw);
    cfmakeraw(&raw);
    tcsetattr(far, TCSANOW, &raw);
    fcntl(near, F_SETFL, O_NONBLOCK);
    link_path = link ? link : link_path;
    snprintf(fresh, sizeof fresh, "%s.new", link_path);
    unlink(fresh);
    if (symlink(ttyname(far), fresh) || rename(fresh, link_path)) {
        perror(link_path);
        exit(1);
    }
    record("plug");
}

void wire_unplug(void)
{
    if (near < 0)
        return;
    unlink(link_path);
    close(near);
    close(far);
    near = far = -1;
    uart_drop_backlog();
    record("unplug");
}

int wire_descriptor(void)
{
    return uart_backlog() < BACKLOG ? near : -1;
}

void wire_pump(void)
{
    uint8_t bytes[BACKLOG];
    ssize_t count;

    if (uart_backlog() < BACKLOG && near >= 0 && (count = read(near, bytes, sizeof bytes)) > 0)
        uart_send(bytes, count);
    count = uart_take(bytes, sizeof bytes);
    if (count > 0 && near >= 0 && write(near, bytes, count) < 0)
        record("unheard %zd", count);
}
