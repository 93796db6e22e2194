# bash: add to ~/.bashrc:  source <(wanfix completion bash)
_wanfix() {
	local IFS=$'\n' words=("${COMP_WORDS[@]:1:COMP_CWORD}")
	COMPREPLY=($(wanfix complete "${words[@]/#/.}" 2>/dev/null | cut -f1))
	COMPREPLY=("${COMPREPLY[@]// /\\ }")
}
complete -o default -F _wanfix wanfix
