package software

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// assumable are the facts that a person may state, and how each is written.
var assumable = map[string]form{
	"os": {`^(?:linux|windows|darwin)$`, "linux, windows or darwin"},

	"torch": version, "triton": version, "triton_windows": version, "sageattention": version,
	"sageattention3": version, "flash_attn": version, "flash_attn_3": version, "xformers": version,
	"accelerate": version, "python": version, "comfyui": version,

	"torch_build": {`^(?:cu\d{3}|cpu|xpu|rocm[\d.]{0,20})$`, "a build such as cu128, cpu or rocm6.4"},
	"cuda":        {`^(?:absent|\d{2}\.\d|cu\d{3})$`, "a CUDA such as 12.8, or absent"},

	"wrapper": dayOrRelease, "kjnodes": day,

	"vram_mode": {`^(?:normal|highvram|gpu-only)$`, "normal, highvram or gpu-only"},
}

// form is how a value looks: as a pattern, and in words.
type form struct{ pattern, words string }

var (
	version = form{`^(?:absent|\d[\w.+!-]{0,63})$`, "a version such as 2.9.1, or absent"}
	day     = form{`^20\d\d-\d\d-\d\d$`, "a day such as 2025-10-21"}

	// dayOrRelease is a day, or a version that bounds it.
	dayOrRelease = form{`^(?:20\d\d-\d\d-\d\d|\d{1,3}\.\d{1,3}\.\d{1,3})$`, "a day such as 2025-10-21, or a version such as 1.3.7 for any day that it lasted"}
)

// Assume reads what a person states, "torch=2.9.1+cu128,os=windows", into values by name. A dash in a
// name counts as an underscore, and case does not count. What follows from a value is filled in:
// torch's CUDA from its build, triton from triton-windows. A version of the wrapper stands under
// wrapper_version.
func Assume(text string) (map[string]string, error) {
	facts := map[string]string{}
	for item := range strings.SplitSeq(text, ",") {
		if item = strings.TrimSpace(item); item == "" {
			continue
		}
		name, value, ok := strings.Cut(item, "=")
		name = plain(strings.TrimSpace(name))
		value = strings.TrimSpace(value)
		how, known := assumable[name]
		switch {
		case !known:
			return nil, fmt.Errorf("--assume knows no %q; it knows %s", name, strings.Join(Assumable(), ", "))
		case !ok || !how.fits(value):
			return nil, fmt.Errorf("--assume %s=%s: want %s", name, quoted(value), how.words)
		}
		if before, twice := facts[name]; twice && before != value {
			return nil, fmt.Errorf("--assume says %s=%s and %s=%s: want one of them", name, before, name, value)
		}
		facts[name] = value
	}
	return facts, conclude(facts)
}

// Assume puts what a person states before what was found. The notes tell where the two differ.
func (v Versions) Assume(facts map[string]string) (notes []string) {
	for _, name := range slices.Sorted(maps.Keys(facts)) {
		value := facts[name]
		pack := strings.TrimSuffix(name, "_version")
		for _, other := range []string{pack, pack + "_version", pack + "_commit"} {
			if _, stated := facts[other]; !stated && (pack == "wrapper" || pack == "kjnodes") {
				if found := v[other]; found.Value != "" {
					notes = append(notes, fmt.Sprintf("%s %s is assumed, not %s %s of %s", name, value, other, found.Value, found.Source))
				}
				delete(v, other) // one day or version of a pack is all there can be
			}
		}
		if found := v[name]; found.Value != "" && found.Value != value {
			notes = append(notes, fmt.Sprintf("%s %s is assumed, not the %s of %s", name, value, found.Value, found.Source))
		}
		v[name] = Fact{Value: value, Source: "--assume"}
	}
	return notes
}

// Assumable lists the names that [Assume] knows, sorted.
func Assumable() []string {
	var names []string
	for name := range assumable {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func (f form) fits(value string) bool {
	if !regexp.MustCompile(f.pattern).MatchString(value) {
		return false
	}
	switch f {
	case day:
		return IsDay(value)
	case dayOrRelease:
		_, listed := spanOf(value, wrapperReleases)
		return listed || IsDay(value)
	}
	return true
}

// quoted puts quotes around a value that would look odd without.
func quoted(value string) string {
	if regexp.MustCompile(`^[\w.+-]+$`).MatchString(value) {
		return value
	}
	return fmt.Sprintf("%q", value)
}

// conclude fills in what follows from the facts stated, and refuses those that contradict each other.
func conclude(facts map[string]string) error {
	if cuda, ok := cudaOf(facts["cuda"]); ok {
		facts["cuda"] = cuda
	}
	if wrapper := facts["wrapper"]; wrapper != "" && !IsDay(wrapper) {
		delete(facts, "wrapper")
		facts["wrapper_version"] = wrapper
	}
	release, build, _ := strings.Cut(facts["torch"], "+")
	if release != "" {
		facts["torch"] = release
	}
	if windows, os := facts["triton_windows"], facts["os"]; os != "" && os != "windows" && windows != "" && windows != Absent {
		return fmt.Errorf("--assume says os=%s and triton-windows=%s, which is for Windows", os, windows)
	}
	follow := [][2]string{{"torch_build", build}}
	if cuda, ok := cudaOf(build); ok {
		follow = append(follow, [2]string{"cuda", cuda})
	} else if cuda, ok := cudaOf(facts["torch_build"]); ok {
		follow = append(follow, [2]string{"cuda", cuda})
	}
	if windows := facts["triton_windows"]; windows != Absent {
		follow = append(follow, [2]string{"triton", windows})
	}
	for _, f := range follow {
		name, value := f[0], f[1]
		if value == "" {
			continue
		}
		if stated, ok := facts[name]; ok && stated != value {
			return fmt.Errorf("--assume says %s=%s, but %s follows from the rest", name, stated, value)
		}
		facts[name] = value
	}
	return nil
}
