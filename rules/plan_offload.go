package rules

import "github.com/wanfix/wanfix/workflows"

// keepsOnCard is the option with which ComfyUI is known to keep all weights on the card: where the
// wrapper would put them instead is the card then, too. "" is neither.
func (s *scene) keepsOnCard() string {
	switch mode := s.ask("software.vram_mode").Value; mode {
	case "highvram", "gpu-only":
		return "--" + mode.(string)
	}
	return ""
}

// offloads answers whether a node takes its model off the card when it is done.
func (s *scene) offloads(run *workflows.Run) Answer {
	a := fieldOf(run, fieldForceOffload)
	if option := s.keepsOnCard(); option != "" && a.Known() {
		return known(false, "ComfyUI runs with "+option)
	}
	return a
}
