package rules

import "strings"

// softwareFacts are the versions of what is installed beside ComfyUI. A package
// that is known not to be there has the version "absent".
func softwareFacts() []Fact {
	dist := func(name, meaning string) Fact {
		return fact("software."+name, Version, "", "software", meaning, func(s *scene) Answer { return installed(s, name) })
	}
	day := func(name, meaning string) Fact {
		return fact("software."+name, Day, "", "software", meaning, func(s *scene) Answer { return installedDay(s, name) })
	}
	return []Fact{
		dist("torch", "version of torch"),
		fact("software.torch_build", Text, "", "software", "what torch was built for: cu128, rocm6.4, xpu, cpu", func(s *scene) Answer { return installedText(s, "torch_build") }),
		dist("cuda", "CUDA that torch was built for, as 12.8"),
		dist("triton", "version of triton, of whichever build"),
		dist("triton_windows", "version of the triton-windows build, as 3.5.0.post21"),
		fact("software.triton_post", Int, "", "software", "the 21 of a triton-windows 3.5.0.post21", tritonPost),
		dist("sageattention", "version of sageattention"),
		fact("software.sageattention_build", Text, "", "software", "whose build of sageattention: upstream, or wheels", sageBuild),
		dist("sageattention3", "version of sageattention 3, which is a package of its own"),
		dist("flash_attn", "version of flash-attn 2"),
		dist("flash_attn_3", "version of flash-attn 3"),
		dist("xformers", "version of xformers"),
		dist("accelerate", "version of accelerate"),
		dist("python", "version of Python"),
		dist("comfyui", "version of ComfyUI"),
		fact("software.vram_mode", Text, "", "software", "how ComfyUI is started: highvram or gpu-only, which keep all weights on the card, or normal", func(s *scene) Answer { return installedText(s, "vram_mode") }),
		day("wrapper", "day of the installed WanVideoWrapper, as 2025-10-21"),
		day("kjnodes", "day of the installed KJNodes"),
	}
}

// installed answers from what was found out about the machine's software.
func installed(s *scene, name string) Answer {
	fact := s.machine.Software[name]
	switch {
	case fact.Value != "":
		a := known(version(fact.Value), fact.Source)
		if version(fact.Value).parts().pre < 0 {
			a.Why = name + " " + fact.Value + " is a preview, which may have it already"
		}
		return a
	case fact.Why != "":
		return unknown(fact.Why)
	}
	return unknown("the installed " + name + " is not known" + saying + "--assume " + name + "=…")
}

// installedText is installed for what is no version.
func installedText(s *scene, name string) Answer {
	a := installed(s, name)
	if v, ok := a.Value.(version); ok {
		a.Value = string(v)
	}
	return a
}

// installedDay answers with the day of a pack of nodes, or with what its version tells of it.
func installedDay(s *scene, name string) Answer {
	if span, source, ok := s.machine.Software.Span(name); ok {
		return Answer{Value: span, Source: source, Why: source + ": " + span.Words() + saying + "--assume " + name + "=…, the day it was last updated"}
	}
	return installedText(s, name)
}

func tritonPost(s *scene) Answer {
	a := s.ask("software.triton_windows")
	v, ok := a.Value.(version)
	switch {
	case !ok:
		return a
	case v == notInstalled || !strings.Contains(string(v), ".post"):
		return known(0.0, a.Source)
	}
	return known(float64(v.parts().post), a.Source)
}

// sageBuild tells the builds apart by their versions: the wheels for Windows name
// the CUDA and torch they were built for.
func sageBuild(s *scene) Answer {
	a := s.ask("software.sageattention")
	v, ok := a.Value.(version)
	switch {
	case !ok, v == notInstalled:
		return unknown("the installed sageattention is not known")
	case strings.ContainsAny(string(v), "+") || strings.Contains(string(v), ".post"):
		return known("wheels", a.Source)
	}
	return known("upstream", a.Source)
}
