#compdef wanfix
# zsh: add to ~/.zshrc, after compinit:  source <(wanfix completion zsh)
_wanfix() {
	local -a found
	found=("${(@f)$(wanfix complete "${(@)words[2,CURRENT]/#/.}" 2>/dev/null)}")
	found=("${(@)found:#}")
	if (( $#found )); then
		found=("${(@)found//:/\\:}")
		found=("${(@)found/$'\t'/:}")
		_describe wanfix found
	else
		_files
	fi
}
compdef _wanfix wanfix
