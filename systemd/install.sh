#!/bin/sh
# Puts the service's files in their places. Run it as root from a clone; running it again is
# an upgrade. With DESTDIR set it only lays the files out under that directory.
set -eu
cd "$(dirname "$0")"
root=${DESTDIR:-}
boot_config=$root/boot/firmware/config.txt

install -D -m 644 ems-appliance.service "$root/etc/systemd/system/ems-appliance.service"
install -D -m 644 sysusers.d/ems-appliance.conf "$root/etc/sysusers.d/ems-appliance.conf"
install -D -m 644 modules-load.d/ems-appliance.conf "$root/etc/modules-load.d/ems-appliance.conf"
install -D -m 644 udev/70-ems-appliance.rules "$root/etc/udev/rules.d/70-ems-appliance.rules"
install -d -m 755 "$root/etc/ems-appliance" "$root/usr/local/bin"
ln -sf /opt/ems-appliance/bin/ems-appliance "$root/usr/local/bin/ems-appliance"
if [ -f "$boot_config" ] && ! grep -q '^# ems-appliance' "$boot_config"; then
    cat boot-config.txt >> "$boot_config"
fi

[ -z "$root" ] || exit 0
systemd-sysusers ems-appliance.conf
if [ -n "${SUDO_USER:-}" ]; then
    usermod -aG ems-appliance "$SUDO_USER"
fi
systemctl daemon-reload
systemctl enable ems-appliance.service
udevadm control --reload
