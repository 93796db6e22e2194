package rules

import (
	"fmt"
	"maps"
	"slices"

	"github.com/wanfix/wanfix/detect/modelfile"
	"github.com/wanfix/wanfix/rules/plan"
)

// planWeights are what the loader's weights may be, those of VACE and the like added.
func (s *scene) planWeights() (all []plan.Weights, why string) {
	file, _ := s.ask("loader.file").Value.(string)
	if file == "" {
		return nil, "the model's name is not known"
	}
	if e := s.modelFile(); e.header != nil {
		model, ok := plan.ByHeader(e.header, file)
		if !ok {
			return nil, file + " is no model that wanfix can size"
		}
		all = []plan.Weights{plan.FromHeader(model, e.header, s.planLoad())}
	} else if all = s.weightsByName(file); len(all) == 0 {
		return nil, "the name of " + file + " does not tell how large it is" + sayFolder
	}
	for _, role := range slices.Sorted(maps.Keys(s.stack.Loader.Home.Signature.Takes)) {
		module, why := s.moduleOf(role)
		if why != "" {
			return nil, why
		}
		for i := range all {
			if module != nil {
				all[i] = all[i].Add(*module)
			}
		}
	}
	return all, ""
}

// planLoad is what the loader makes of the file.
func (s *scene) planLoad() plan.Load {
	var load plan.Load
	if base, ok := basePrecision(s).Value.(string); ok {
		load.Base = plan.Dtype(base)
	}
	wanted, _ := s.ask("loader.quantization").Value.(string)
	load.Quantization = plan.Dtype(hintsOf(wanted).dtype)
	if s.modelFile().scaled == Yes {
		load.Quantization = ""
		if s.holds("lora.linked", "lora.merge", "lora.low_mem") {
			load.Quantization = load.Base
		}
	}
	return load
}

// weightsByName sizes a model whose header could not be read.
func (s *scene) weightsByName(file string) (all []plan.Weights) {
	model, ok := s.modelNamed(file)
	if !ok {
		return nil
	}
	for _, dtype := range s.dtypes(file) {
		if w, err := model.Weights(dtype); err == nil {
			all = append(all, w)
		}
	}
	return all
}

// dtypes are what the weights may be stored as, the likeliest first.
func (s *scene) dtypes(file string) []plan.Dtype {
	name, _ := s.ask("weights.dtype").Value.(string)
	if name == "" && hintsOf(file).dtype == "fp8" {
		name = "e4m3fn" // or e5m2, of as many bytes
	}
	switch {
	case name == "gguf":
		if kind := plan.GGUFKind(file); kind != "" {
			return []plan.Dtype{kind}
		}
		return []plan.Dtype{"Q4_K_M", "Q8_0", "Q2_K"}
	case name == "e4m3fn", name == "e5m2":
		scaled := plan.Dtype(name + "_scaled")
		switch s.ask("weights.scaled").Value {
		case true:
			return []plan.Dtype{scaled}
		case false:
			return []plan.Dtype{plan.Dtype(name)}
		}
		return []plan.Dtype{scaled, plan.Dtype(name)}
	case name != "":
		return []plan.Dtype{plan.Dtype(name)}
	}
	return []plan.Dtype{"fp16", "e4m3fn_scaled", "e4m3fn"}
}

// moduleOf sizes what a role adds to the model, such as VACE; nil is nothing.
func (s *scene) moduleOf(role string) (*plan.Weights, string) {
	supply := s.stack.roles[role]
	var sum *plan.Weights
	for _, run := range supply.Runs {
		signature := run.Home.Signature
		if signature == nil || role == "lora" || signature.Fields[fieldFile] == "" {
			continue
		}
		name, _ := fieldOf(run, fieldFile).Value.(string)
		w, ok := s.sizeModule(name)
		if !ok {
			return nil, fmt.Sprintf("the size of %s in %s is not known", name, run) + sayFolder
		}
		if sum == nil {
			sum = &w
		} else {
			*sum = sum.Add(w)
		}
	}
	return sum, ""
}

func (s *scene) sizeModule(file string) (plan.Weights, bool) {
	if h := s.header(modelsKind, file); h != nil {
		model, ok := plan.ByHeader(h, file)
		return plan.FromHeader(model, h, plan.Load{}), ok
	}
	model, ok := s.modelNamed(file)
	if !ok {
		return plan.Weights{}, false
	}
	dtype := plan.Dtype(hintsOf(file).dtype)
	if kind := plan.GGUFKind(file); hintsOf(file).gguf && kind != "" {
		dtype = kind
	}
	w, err := model.Weights(dtype)
	if err != nil {
		w, err = model.Weights("bf16") // the most that such files take
	}
	return w, err == nil
}

// header reads a file's header, nil where it cannot be read.
func (s *scene) header(kind, file string) *modelfile.Header {
	if s.machine.Models == nil || file == "" {
		return nil
	}
	h, _, err := s.machine.Models.Header(kind, file)
	if err != nil {
		return nil
	}
	return h
}
