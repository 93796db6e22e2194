package rules

import (
	"math"
	"slices"

	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/workflows"
)

// registry lists the facts that are worked out. Besides them every field that
// nodes.json gives a role is a fact: "compile.backend", "loader.quantization".
// A new fact is one line here and a function that answers it.
func registry() []Fact {
	return slices.Concat(softwareFacts(), sizeFacts(), planFacts(), stageFacts(), pathFacts(), settingsFacts(), embedsFacts(), modelFacts(), fileFacts(), widgetFacts(), []Fact{
		fact("gpu.name", Text, "", "gpu", "the card's name", ofCard("name", func(g *gpu.GPU) any { return g.Name })),
		fact("gpu.vendor", Text, "", "gpu", "who made the card: nvidia", ofCard("maker", func(g *gpu.GPU) any { return g.Vendor })),
		fact("gpu.sm", Int, "", "gpu", "compute capability of NVIDIA's cards without its dot: 86 is 8.6", ofNVIDIA("compute capability", func(g *gpu.GPU) any { return float64(g.SM) })),
		fact("gpu.fp16", Bool, "", "gpu", "the chip gets fp16 right, which a GTX 16 does not", ofCard("way with fp16", rightInFP16)),
		fact("gpu.sms", Int, "", "gpu", "the card's number of streaming multiprocessors", ofNVIDIA("number of multiprocessors", func(g *gpu.GPU) any { return float64(g.SMs) })),
		fact("gpu.memory", Number, "GiB", "gpu", "the card's memory as its driver counts it", ofCard("memory", func(g *gpu.GPU) any { return gibibytes(g.Memory) })),
		fact("gpu.free_share", Number, "", "gpu", "share of the card's memory that is free before ComfyUI starts, as --free states it: 0 to 1", freeShare),
		fact("gpu.unified", Bool, "", "gpu", "card and computer share one memory", ofCard("kind of memory", func(g *gpu.GPU) any { return g.Unified })),
		fact("os", Text, "", "software", "the system ComfyUI runs on: linux, windows, darwin", osName),
		fact("weights.container", Text, "", "model file", "what kind of file the model is: gguf or safetensors", weightsContainer),
		fact("weights.file", Text, "", "model file", "what the model file holds: e4m3fn, e5m2, fp8 (one of the two), 16bit, gguf, other", weightsFile),
		fact("weights.dtype", Text, "", "model file", "what the main weights are in memory: e4m3fn, e5m2, bf16, fp16, fp32, gguf", weightsDtype),
		fact("weights.scaled", Bool, "", "model file", "the file brings a scale for each fp8 tensor", weightsScaled),
		fact("weights.marker", Bool, "", "model file", "the key scaled_fp8 announces the scales", weightsMarker),
		fact("weights.comfy_scales", Bool, "", "model file", "the scales are stored as weight_scale, in ComfyUI's own way", weightsComfyScales),
		fact("weights.kind", Text, "", "model file", "what the model file is for: diffusion, a whole model; module, lora, t5, clip, vae", ofHeader(kindOfFile)),
		fact("weights.odd_type", Text, "", "model file", "a type of tensors in a GGUF file that the wrapper cannot unpack, as IQ4_XS: none where it can unpack all", ofHeader(oddGGUFType)),
		fact("weights.odd_quant", Text, "", "model file", "a quantization of a safetensors file that is not fp8: int8, mxfp8, nvfp4, svdq, none", ofHeader(oddQuant)),
		fact("weights.size", Number, "GiB", "model file", "what the model file holds in all", weightsSize),
		fact("compile.linked", Bool, "", "workflow", "compile settings reach the loader", linked("compile")),
		fact("lora.linked", Bool, "", "workflow", "LoRAs reach the loader", linked("lora")),
		fact("lora.adds", Bool, "", "workflow", "a LoRA that reaches the loader has a file and a strength other than 0", loraAdds),
		fact("lora.added", Bool, "", "workflow", "a patch on the model adds LoRAs, which are never merged", loraAdded),
		fact("loader.offers_quantization", Bool, "", "ComfyUI", "the installed loader has the quantization among its options", offered(roleLoader, "quantization")),
		fact("loader.offers_attention", Bool, "", "ComfyUI", "the installed loader has the attention mode among its options", offered(roleLoader, "attention")),
		fact("vram.linked", Bool, "", "workflow", "VRAM management reaches the loader", linked("vram")),
		fact("swap.linked", Bool, "", "workflow", "block swap reaches the loader or a patch on its model", linked("swap")),
		fact("block_list.linked", Bool, "", "workflow", "an attention override is told for which blocks", linked("block_list")),
		fact("block_list.listed", Bool, "", "workflow", "the blocks that an attention override is for come from a node that lists blocks", blocksListed),
		fact("swap.overruled", Bool, "", "workflow", "two nodes give block swap to a model, and only the last one has a say", swapOverruled),
		fact("swap.at_loader", Bool, "", "workflow", "block swap reaches the loader itself", swapAtLoader),
	})
}

func fact(name string, kind Type, unit, filler, meaning string, answer func(*scene) Answer) Fact {
	return Fact{Name: name, Type: kind, Unit: unit, Filler: filler, Meaning: meaning, answer: answer}
}

// noCard is why facts of the card are unknown without one.
const noCard = "no card is known: say --gpu"

// ofCard answers from the card; a value of 0, "" or nil is not known.
func ofCard(what string, value func(*gpu.GPU) any) func(*scene) Answer {
	return func(s *scene) Answer {
		if s.machine.GPU == nil {
			return unknown(noCard)
		}
		v := value(s.machine.GPU)
		if v == "" || v == 0.0 || v == nil {
			return unknown("the card's " + what + " is not known")
		}
		return known(v, s.machine.Source)
	}
}

// ofNVIDIA answers from a card of NVIDIA's: other makers count their generations up to 12 too,
// and their multiprocessors otherwise.
func ofNVIDIA(what string, value func(*gpu.GPU) any) func(*scene) Answer {
	return ofCard(what, func(g *gpu.GPU) any {
		if g.Vendor != "nvidia" {
			return nil
		}
		return value(g)
	})
}

func rightInFP16(g *gpu.GPU) any {
	if g.FP16 == gpu.Unknown {
		return nil
	}
	return g.FP16 == gpu.Fine
}

func freeShare(s *scene) Answer {
	memory := s.ask("gpu.memory")
	switch {
	case !memory.Known():
		return memory
	case s.machine.Free == 0:
		return unknown("how much of the card's memory is free is not known: say --free")
	}
	return known(float64(s.machine.Free)/float64(s.machine.GPU.Memory), "--free "+gpu.GiB(s.machine.Free))
}

// gibibytes rounds bytes to a tenth of a GiB, as [gpu.GiB] does.
func gibibytes(bytes int64) float64 { return math.RoundToEven(float64(bytes)/(1<<30)*10) / 10 }

func osName(s *scene) Answer { return installedText(s, "os") }

// linked answers whether something real arrives for a role.
func linked(role string) func(*scene) Answer {
	return func(s *scene) Answer {
		supply, ok := s.stack.Role(role)
		if !ok {
			return known(false, s.stack.Loader.String())
		}
		return arrives(supply)
	}
}

func loraAdds(s *scene) Answer {
	supply, _ := s.stack.Role("lora")
	return answerOfTruth(loras([]Supply{supply}), s.stack.Loader.String(), "the strengths of the LoRAs are not all known")
}

func loraAdded(s *scene) Answer {
	added := s.stack.Added("lora")
	source := "no patch on the model adds any"
	if len(added) > 0 {
		source = added[0].At.String()
	}
	return answerOfTruth(loras(added), source, "the strengths of the LoRAs that are added are not all known")
}

func answerOfTruth(t Truth, source, why string) Answer {
	if t == Unsure {
		return unknown(why)
	}
	return known(t == Yes, source)
}

// swapAtLoader asks the loader's own input, which a patch may overrule.
func swapAtLoader(s *scene) Answer {
	input, ok := s.stack.Loader.Home.Signature.Takes["swap"]
	if !ok {
		return known(false, s.stack.Loader.String())
	}
	return arrives(SupplyOf(s.stack.Loader, input))
}

// blocksListed asks whether what arrives as a list of blocks is one.
func blocksListed(s *scene) Answer {
	supply, ok := s.stack.Role("block_list")
	if !ok || arrives(supply).Value != true {
		return idle("no list of blocks is linked")
	}
	from := supply.Wire.From
	return known(from.Home.Signature.Gives == "block_list", from.String())
}

// swapOverruled asks for block swap that arrives from another node than what counts.
func swapOverruled(s *scene) Answer {
	counts, _ := s.stack.Role("swap")
	for _, at := range append([]*workflows.Run{s.stack.Loader}, s.stack.Patches...) {
		input, ok := at.Home.Signature.Takes["swap"]
		if !ok {
			continue
		}
		supply := SupplyOf(at, input)
		if supply.Wire.Arrives() && supply.Wire.From != counts.Wire.From {
			return known(true, at.String())
		}
	}
	return known(false, s.stack.Loader.String())
}

func arrives(supply Supply) Answer {
	wire := supply.Wire
	switch {
	case wire.Kind == workflows.Lost:
		return known(false, wire.Why)
	case !wire.Arrives():
		return known(false, "nothing is linked to "+supply.Input+" of "+supply.At.String())
	case wire.From.Home.Signature == nil:
		return unknown("wanfix does not know what " + wire.From.String() + " gives")
	}
	return known(true, wire.From.String())
}
