// Command wanfix tunes ComfyUI workflows for the GPU they will run on.
//
// A command is a line in commands of run.go and a file of its own; a format of reports a file
// report_*.go and a line in report.go; a key of .wanfix.json a line in config_keys.go.
package main

import "os"

func main() {
	makeRoom(0)
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, window: ownConsole(), person: atTerminal}))
}

// makeRoom grows the stack at once to what a workflow takes. It would grow in steps, each of
// which moves all that is on it: 2 % of the time that a file takes.
//
//go:noinline
func makeRoom(at int) byte {
	var room [17 << 10]byte
	return room[at]
}
