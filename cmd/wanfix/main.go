// Command wanfix tunes ComfyUI workflows for the GPU they will run on.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr, window: ownConsole(), person: atTerminal}))
}
