# The first login leads to `setup`.
if [ -t 0 ] && [ -t 1 ] && [ "$(id -un)" = box ]; then
    sudo /usr/lib/ems-card/first-start
fi
