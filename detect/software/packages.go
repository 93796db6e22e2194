package software

import (
	"slices"
	"strings"
)

// packages are what is asked about: the fact, the names under which a package with it is installed,
// and the modules that only such a package has.
var packages = []struct {
	fact           string
	dists, modules []string
}{
	{"triton", []string{"triton", "triton_windows", "pytorch_triton", "pytorch_triton_rocm", "triton_rocm", "pytorch_triton_xpu", "triton_xpu"}, []string{"triton"}},
	{"sageattention", []string{"sageattention"}, []string{"sageattention"}},
	{"sageattention3", []string{"sageattn3", "sageattention3"}, []string{"sageattn3", "sageattn"}},
	{"flash_attn", []string{"flash_attn"}, []string{"flash_attn"}},
	{"flash_attn_3", []string{"flash_attn_3"}, []string{"flash_attn_3", "flash_attn_interface"}},
	{"xformers", []string{"xformers"}, []string{"xformers"}},
	{"accelerate", []string{"accelerate"}, []string{"accelerate"}},
}

// asked are the names of packages and modules that are looked for.
var asked = askedNames()

// fromSite are the facts that an environment answers.
var fromSite = append(siteFacts(), "python", "torch", "torch_build", "cuda", "triton_windows")

func askedNames() map[string]bool {
	all := map[string]bool{"torch": true}
	for _, p := range packages {
		for _, name := range slices.Concat(p.dists, p.modules) {
			all[name] = true
		}
	}
	return all
}

func siteFacts() []string {
	var facts []string
	for _, p := range packages {
		facts = append(facts, p.fact)
	}
	return facts
}

// Packages returns the facts that are about packages, each with the name that pip knows it by.
func Packages() map[string]string {
	names := map[string]string{"torch": "torch"}
	for _, p := range packages {
		names[p.fact] = strings.ReplaceAll(p.dists[0], "_", "-")
	}
	return names
}

// versions answers all that an environment can.
func (s *site) versions(goos string) Versions {
	v := Versions{}
	s.torch(v)
	s.pythonVersion(v)
	s.system(v, goos)
	for _, p := range packages {
		s.one(v, p.fact, p.dists, p.modules)
	}
	s.tritonWindows(v)
	return v
}

// one answers for a package. That it is absent takes an environment that is closed.
func (s *site) one(v Versions, fact string, dists, modules []string) {
	var found []dist
	for _, name := range dists {
		found = append(found, s.dists[name]...)
	}
	switch {
	case len(found) == 1:
		version, source := found[0].read()
		v.set(fact, version, source)
	case len(found) > 1:
		v.unknown(fact, "%s has it twice: %s and %s", s.dir, found[0].name+" "+found[0].version, found[1].name+" "+found[1].version)
	case slices.ContainsFunc(modules, func(m string) bool { return s.modules[m] }):
		v.unknown(fact, "%s has it without saying its version", s.dir)
	case !s.closed:
		v.unknown(fact, "%s does not have it, but Python looks in other folders too", s.dir)
	default:
		v[fact] = Fact{Value: Absent, Source: s.dir}
	}
}

// tritonWindows tells whether the one triton is that of triton-windows.
func (s *site) tritonWindows(v Versions) {
	triton := v["triton"]
	if triton.Value != "" && len(s.dists["triton_windows"]) == 0 {
		triton.Value = Absent
	}
	v["triton_windows"] = triton
}
