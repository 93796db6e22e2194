package main

import (
	"embed"
	"fmt"
)

// completionCmd prints what teaches a shell to complete wanfix's command line.
type completionCmd struct {
	Shell string `arg:"" enum:"bash,zsh,fish,pwsh" help:"The shell: bash, zsh, fish or pwsh."`
}

//go:embed completion
var completions embed.FS

func (c *completionCmd) run(s streams, _ looks) (int, error) {
	script, err := completions.ReadFile("completion/wanfix." + c.Shell)
	if err != nil {
		return exitUsage, fmt.Errorf("print the completion: %w", err)
	}
	_, err = s.out.Write(script)
	return exitClean, err
}
