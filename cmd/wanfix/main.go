// Command wanfix tunes ComfyUI workflows for the GPU they will run on.
package main

import "os"

func main() {
	os.Exit(run(os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr, ownConsole()}))
}
