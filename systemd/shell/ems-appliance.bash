# bash completion for ems-appliance
_ems_appliance() {
    local word=${COMP_WORDS[COMP_CWORD]} verb="" next="" one
    for one in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        [[ $one == -* ]] && break
        verb="${verb:+$verb }$one"
    done
    while :; do
        case "$verb" in
        "") next="run simulate demo board status stop doctor plan programs log person config setup lock sound say screens wiring rescue manual completion -h --help --version" ;;
        "run") next="-h --help --config" ;;
        "simulate") next="-h --help --speed --voice --config" ;;
        "demo") next="-h --help --out --voice" ;;
        "board") next="probe barred clear -h --help --link --trace --model" ;;
        "board probe") next="-h --help" ;;
        "board barred") next="-h --help --config" ;;
        "board clear") next="-h --help --why --config" ;;
        "status") next="-h --help --json --watch --config" ;;
        "stop") next="-h --help --config" ;;
        "doctor") next="-h --help --json --report --knob --config" ;;
        "plan") next="-h --help --person --json --config" ;;
        "programs") next="list show new check plot diff -h --help" ;;
        "programs list") next="-h --help --config --muscles --json" ;;
        "programs show") next="-h --help --config --json" ;;
        "programs new") next="-h --help --config" ;;
        "programs check") next="-h --help --config --minutes --json" ;;
        "programs plot") next="-h --help --config --minutes --out" ;;
        "programs diff") next="-h --help --config" ;;
        "log") next="list show export plot report backup restore -h --help" ;;
        "log list") next="-h --help --person --since --config --limit" ;;
        "log show") next="-h --help --config" ;;
        "log export") next="-h --help --person --since --config --out --format" ;;
        "log plot") next="-h --help --person --since --config --out" ;;
        "log report") next="-h --help --person --since --config --out --language" ;;
        "log backup") next="-h --help --config" ;;
        "log restore") next="-h --help --config" ;;
        "person") next="list rename forget -h --help" ;;
        "person list") next="-h --help --config" ;;
        "person rename") next="-h --help --config" ;;
        "person forget") next="-h --help --yes --config" ;;
        "config") next="show validate path get set unset edit history undo -h --help" ;;
        "config show") next="-h --help --config --changed" ;;
        "config validate") next="-h --help --config" ;;
        "config path") next="-h --help --config" ;;
        "config get") next="-h --help --config" ;;
        "config set") next="-h --help --config" ;;
        "config unset") next="-h --help --config" ;;
        "config edit") next="config.toml programs.toml placements.toml routines.toml -h --help --config" ;;
        "config history") next="config.toml programs.toml placements.toml routines.toml -h --help --config" ;;
        "config undo") next="config.toml programs.toml placements.toml routines.toml -h --help --config" ;;
        "setup") next="-h --help --config" ;;
        "lock") next="set status remove -h --help" ;;
        "lock set") next="-h --help --config" ;;
        "lock status") next="-h --help --config" ;;
        "lock remove") next="-h --help --config --forgotten" ;;
        "sound") next="-h --help --out --config" ;;
        "say") next="-h --help --language --out --config" ;;
        "screens") next="-h --help --out --config" ;;
        "wiring") next="-h --help --out --config" ;;
        "rescue") next="-h --help --wait --config" ;;
        "manual") next="-h --help" ;;
        "completion") next="bash zsh fish -h --help" ;;
        esac
        [[ -n $next || -z $verb ]] && break
        [[ $verb == *" "* ]] && verb=${verb% *} || verb=""
    done
    COMPREPLY=($(compgen -W "$next" -- "$word"))
    [[ ${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "$word"))
}
complete -F _ems_appliance ems-appliance
