# fish: wanfix completion fish > ~/.config/fish/completions/wanfix.fish
function __wanfix
    set -l words (commandline -opc)[2..] (commandline -ct)
    wanfix complete '.'$words 2>/dev/null
end
complete -c wanfix -a '(__wanfix)'
