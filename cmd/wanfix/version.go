package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/wanfix/wanfix/rules"
)

// version is set by release builds.
var version = ""

// versionCmd prints the version.
type versionCmd struct{}

func (*versionCmd) run(s streams, _ looks) (int, error) {
	fmt.Fprintf(s.out, "wanfix %s (%s, %s/%s)\n", versionName(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return exitClean, nil
}

// versionName is the version of a release, or of the checkout that was built.
func versionName() string {
	if info, ok := debug.ReadBuildInfo(); ok && version == "" {
		return info.Main.Version
	}
	return version
}

// home is where the sources are.
const home = "https://github.com/wanfix/wanfix"

// pageURL is where a rule's page can be read; "" for the user's own.
func pageURL(r *rules.Rule) string {
	if r.Own {
		return ""
	}
	return fmt.Sprintf("%s/blob/main/rules/packs/%s/%s.md", home, r.Pack, r.ID)
}
