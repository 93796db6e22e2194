package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// version is set by release builds.
var version = ""

// versionCmd prints the version.
type versionCmd struct{}

func (*versionCmd) run(s streams, _ looks) (int, error) {
	name := version
	if info, ok := debug.ReadBuildInfo(); ok && name == "" {
		name = info.Main.Version
	}
	fmt.Fprintf(s.out, "wanfix %s (%s, %s/%s)\n", name, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitClean, nil
}
