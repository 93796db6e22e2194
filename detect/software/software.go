// Package software finds out which versions of what run beside ComfyUI: Python, torch, triton, the
// attention kernels, ComfyUI and two packs of nodes. It reads files and a server's answer; nothing
// is executed or imported.
//
// [Read] looks into the folders of an install, [FromServer] takes what a server said, [Assume] what a
// person says.
//
// A package that is certainly not there has the version [Absent]; of one that may be somewhere else
// nothing is known.
package software

import (
	"cmp"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/wanfix/wanfix/detect/comfy"
)

// Absent is the version of what is known not to be there.
const Absent = "absent"

// Fact is one answer, or why there is none.
type Fact struct {
	// Value is the answer; "" is unknown. It is short and holds no more than letters, digits and
	// "._+-!", whatever was in the file.
	Value string
	// Source is the file or folder that the answer was read from, or the server's address.
	Source string
	// Why says why there is no Value.
	Why string
}

// Versions are the facts by their names; one that is missing was not looked for. They are:
//
//	os                 linux, windows or darwin: where ComfyUI runs
//	python             3.13.2, or 3.13 where no more is known
//	torch              2.9.1, without its build
//	torch_build        cu128, rocm6.4, cpu, xpu: what torch was built for
//	cuda               12.8, or absent where torch was built for something else
//	triton             of whichever build, as 3.5.0 or 3.5.0.post21
//	triton_windows     of the triton-windows build only
//	sageattention      1 and 2, with the build: 2.2.0+cu128torch2.8.0.post3
//	sageattention3     the package sageattn3
//	flash_attn         flash-attn 2
//	flash_attn_3       flash-attn 3
//	xformers, accelerate
//	comfyui            0.3.64
//	wrapper, kjnodes   the day of the installed commit, as 2025-10-21; see [Versions.Span]
//	vram_mode          highvram or gpu-only as ComfyUI is started, normal without both
//	…_version          what their pyproject.toml says; a clone may be some commits ahead of it
//	…_commit           the hash of the installed commit
type Versions map[string]Fact

// Values returns what is known, by name; days of which only bounds are known are written as spans.
func (v Versions) Values() map[string]string {
	values := map[string]string{}
	for name, fact := range v {
		if fact.Value != "" {
			values[name] = fact.Value
		}
	}
	for name := range releases {
		if span, _, ok := v.Span(name); ok {
			values[name] = span.String()
		}
	}
	return values
}

// set notes a version that was read in a file; one that is none leaves its name unknown.
func (v Versions) set(name, value, source string) {
	if !isVersion(value) {
		v[name] = Fact{Why: fmt.Sprintf("%s says %.40q, which is no version", source, value)}
		return
	}
	v[name] = Fact{Value: value, Source: source}
}

func (v Versions) unknown(name, format string, args ...any) {
	v[name] = Fact{Why: fmt.Sprintf(format, args...)}
}

// vramMode notes how ComfyUI is started.
func (v Versions) vramMode(started comfy.VRAMMode) {
	if started.Mode == "" {
		v.unknown("vram_mode", "%s: say --assume vram_mode=…", started.Why)
		return
	}
	v["vram_mode"] = Fact{Value: started.Mode, Source: started.Source}
}

// Read finds the versions of an install. envs are the folders of Python environments that a person
// named, such as that of conda; without them the one that belongs to the install is searched for.
func Read(in *comfy.Install, envs ...string) Versions {
	return read(in, runtime.GOOS, envs)
}

func read(in *comfy.Install, goos string, envs []string) Versions {
	v := Versions{}
	if in.Root == "" && len(envs) == 0 {
		return v
	}
	sites := search(in, envs)
	if len(sites) == 0 {
		where := cmp.Or(in.Portable, in.Root, strings.Join(envs, ", "))
		for _, name := range fromSite {
			v.unknown(name, "no Python with torch found in or beside %s", where)
		}
		v["os"] = Fact{Value: goos, Source: "this computer"}
		if in.Portable != "" {
			v["os"] = Fact{Value: "windows", Source: in.Python}
		}
	}
	for i, s := range sites {
		if found := s.versions(goos); i == 0 {
			v = found
		} else {
			v.agree(found)
		}
	}
	if in.Root != "" {
		v.comfyui(in.Root)
		v.vramMode(in.VRAMMode())
		v.pack("wrapper", "ComfyUI-WanVideoWrapper", in.Folders("custom_nodes"))
		v.pack("kjnodes", "ComfyUI-KJNodes", in.Folders("custom_nodes"))
	}
	return v
}

// agree keeps what two environments say alike: nobody knows which of them ComfyUI is started with.
func (v Versions) agree(other Versions) {
	for name, fact := range v {
		if there := other[name]; there.Value != fact.Value {
			v.unknown(name, "%s and %s differ: say --assume %s=…", place(fact), place(there), name)
		}
	}
}

func place(f Fact) string {
	if f.Source == "" {
		return "another Python"
	}
	return filepath.Clean(f.Source)
}
