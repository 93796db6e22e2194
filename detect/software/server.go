package software

import "github.com/wanfix/wanfix/detect/comfy"

// FromServer takes what a server said about its software and how it was started. It says nothing about
// packages other than torch, nor about nodes.
func FromServer(s *comfy.SystemStats) Versions {
	v := Versions{}
	if s.OS != "" {
		v["os"] = Fact{Value: s.OS, Source: s.Source}
	} else {
		v.unknown("os", "%s does not say which system it runs on", s.Source)
	}
	v.vramMode(s.VRAMMode())
	for name, version := range map[string]string{"python": s.Python, "comfyui": s.ComfyUI} {
		if version == "" {
			v.unknown(name, "%s does not say it", s.Source)
			continue
		}
		v.set(name, version, s.Source)
	}
	if s.Torch == "" {
		for _, name := range []string{"torch", "torch_build", "cuda"} {
			v.unknown(name, "%s does not say it", s.Source)
		}
		return v
	}
	v.torch(s.Torch+"+"+s.TorchBuild, s.Source)
	return v
}
