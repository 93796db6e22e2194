package rules_test

import (
	"sync"
	"testing"

	"github.com/wanfix/wanfix/detect"
	"github.com/wanfix/wanfix/detect/gpu"
	"github.com/wanfix/wanfix/detect/software"
	"github.com/wanfix/wanfix/rules"
)

// TestFacts asks about a card and a system, and what stands in for them.
func TestFacts(t *testing.T) {
	card, err := gpu.Parse("3090")
	if err != nil {
		t.Fatal(err)
	}
	const noCard = "no card is known: say --gpu"
	whole := &detect.Machine{Software: software.Versions{"os": {Value: "windows", Source: "a test"}}, GPU: &card, Source: "--gpu 3090"}
	figures := &detect.Machine{GPU: &gpu.GPU{Memory: 25_757_220_864}, Source: "nvidia-smi"}
	other := &detect.Machine{GPU: &gpu.GPU{Vendor: "amd", SM: 110, SMs: 48}, Source: "a test"}
	tests := []struct {
		name         string
		machine      *detect.Machine
		fact         string
		want, source string // want is "?" for unknown, source then is the reason
	}{
		{"a card", whole, "gpu.name", "NVIDIA GeForce RTX 3090", "--gpu 3090"},
		{"a card", whole, "gpu.vendor", "nvidia", "--gpu 3090"},
		{"a card", whole, "gpu.sm", "86", "--gpu 3090"},
		{"a card", whole, "gpu.memory", "24", "--gpu 3090"},
		{"a card", whole, "os", "windows", "a test"},
		{"memory alone", figures, "gpu.memory", "24", "nvidia-smi"},
		{"memory alone", figures, "gpu.sm", "?", "the card's compute capability is not known"},
		{"memory alone", figures, "gpu.vendor", "?", "the card's maker is not known"},
		{"memory alone", figures, "gpu.name", "?", "the card's name is not known"},
		{"another maker's", other, "gpu.vendor", "amd", "a test"},
		{"another maker's", other, "gpu.sm", "?", "the card's compute capability is not known"},
		{"another maker's", other, "gpu.sms", "?", "the card's number of multiprocessors is not known"},
		{"no card", noMachine, "gpu.name", "?", noCard},
		{"no card", noMachine, "gpu.memory", "?", noCard},
		{"no card", noMachine, "gpu.sm", "?", noCard},
		{"no card", noMachine, "os", "?", "the installed os is not known: say --assume os=…"},
		{"any", whole, "software.wrapper", "?", "the installed wrapper is not known: say --assume wrapper=…"},
		{"any", whole, "software.e4m3fn_compiles", "?", "the installed torch is not known: say --assume torch=…"},
	}
	stack := rules.Look(parseAPI(t, oneLoader)).Stacks[0]
	for _, test := range tests {
		t.Run(test.name+" "+test.fact, func(t *testing.T) {
			got := rules.Builtin().Asker(stack, test.machine)(test.fact)
			source := got.Source + got.Why
			if known := test.want != "?"; got.Known() != known || known && got.String() != test.want || source != test.source {
				t.Errorf("%s, %q; want %s, %q", got, source, test.want, test.source)
			}
		})
	}
}

// TestLinked asks what reaches the loader.
func TestLinked(t *testing.T) {
	const loader = "1 WanVideoModelLoader model=a"
	tests := []struct {
		name  string
		graph []string
		fact  string
		want  string
	}{
		{"settings", []string{loader + " compile_args=#2", "2 WanVideoTorchCompileSettings"}, "compile.linked", "true"},
		{"nothing", []string{loader}, "compile.linked", "false"},
		{"a node that is gone", []string{loader + " compile_args=#2"}, "compile.linked", "false"},
		{"a node nobody knows", []string{loader + " compile_args=#2", "2 SomebodysCompile"}, "compile.linked", "?"},
		{"LoRAs", []string{loader + " lora=#2", "2 WanVideoLoraSelect"}, "lora.linked", "true"},
		{"VRAM management", []string{loader + " vram_management_args=#2", "2 WanVideoVRAMManagement"}, "vram.linked", "true"},
		{"block swap by a patch", []string{loader, "2 WanVideoSetBlockSwap model=#1 block_swap_args=#3", "3 WanVideoBlockSwap", "4 WanVideoSampler model=#2"}, "swap.linked", "true"},
		{"block swap by a patch", []string{loader, "2 WanVideoSetBlockSwap model=#1 block_swap_args=#3", "3 WanVideoBlockSwap", "4 WanVideoSampler model=#2"}, "swap.at_loader", "false"},
		{"block swap at the loader", []string{loader + " block_swap_args=#3", "3 WanVideoBlockSwap"}, "swap.at_loader", "true"},
	}
	for _, test := range tests {
		t.Run(test.name+" "+test.fact, func(t *testing.T) {
			expectAnswer(t, asker(t, graph(test.graph...))(test.fact), test.want)
		})
	}
}

func expectAnswer(t *testing.T, got rules.Answer, want string) {
	t.Helper()
	if text := got.String(); text != want && (want != "?" || got.Known()) {
		t.Errorf("%s (%s), want %s", text, got.Why, want)
	}
}

// TestLists asks a list, of which one node may say so for all.
func TestLists(t *testing.T) {
	const loader = "1 WanVideoModelLoader model=a lora=#2"
	tests := []struct {
		name  string
		graph []string
		fact  string
		want  string
	}{
		{"the last of three says so", []string{loader, "2 WanVideoLoraSelect merge_loras=false prev_lora=#3", "3 WanVideoLoraSelectMulti merge_loras=false prev_lora=#4", "4 WanVideoLoraSelect merge_loras=true"}, "lora.merge", "true"},
		{"nobody says so", []string{loader, "2 WanVideoLoraSelect merge_loras=false prev_lora=#3", "3 WanVideoLoraSelectMulti merge_loras=false"}, "lora.merge", "false"},
		{"it is not written", []string{loader, "2 WanVideoLoraSelect"}, "lora.merge", "true"},
		{"one says so before it goes on unseen", []string{loader, "2 WanVideoLoraSelect merge_loras=true prev_lora=#3", "3 SomebodysLora"}, "lora.merge", "true"},
		{"nobody says so before it goes on unseen", []string{loader, "2 WanVideoLoraSelect merge_loras=false prev_lora=#3", "3 SomebodysLora"}, "lora.merge", "?"},
		{"one is computed", []string{loader, "2 WanVideoLoraSelect merge_loras=#9 prev_lora=#3", "3 WanVideoLoraSelect merge_loras=false", "9 SomebodysSwitch"}, "lora.merge", "?"},
		{"one is computed, another says so", []string{loader, "2 WanVideoLoraSelect merge_loras=#9 prev_lora=#3", "3 WanVideoLoraSelect merge_loras=true", "9 SomebodysSwitch"}, "lora.merge", "true"},
		{"a field of the first alone", []string{loader, "2 WanVideoLoraSelect strength=0.5 prev_lora=#3", "3 WanVideoLoraSelect strength=2"}, "lora.strength", "0.5"},
		{"no list", []string{"1 WanVideoModelLoader model=a"}, "lora.merge", "?"},
		{"a text where true or false belongs", []string{loader, "2 WanVideoLoraSelect merge_loras=yes"}, "lora.merge", "?"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			expectAnswer(t, asker(t, graph(test.graph...))(test.fact), test.want)
		})
	}
}

// TestSources says where a value stands.
func TestSources(t *testing.T) {
	ask := asker(t, graph("1 WanVideoModelLoader model=a quantization=#2", "2 StringConstant string=disabled"))
	for fact, want := range map[string]string{
		"loader.file":         "#1 WanVideoModelLoader · model",
		"loader.quantization": "#1 WanVideoModelLoader · quantization, given by #2 StringConstant",
		"loader.attention":    "#1 WanVideoModelLoader · attention_mode, not written: the default",
	} {
		if got := ask(fact); !got.Known() || got.Source != want {
			t.Errorf("%s: %s from %q, want %q", fact, got, got.Source, want)
		}
	}
}

// TestAssume answers by hand, for the set that is made and no other.
func TestAssume(t *testing.T) {
	stack := rules.Look(parseAPI(t, oneLoader)).Stacks[0]
	assumed := rules.Builtin().Assume(map[string]any{"gpu.sm": 75.0, "os": "linux", "loader.quantization": nil}, "assumed")
	again := assumed.Assume(map[string]any{"gpu.sm": 89.0}, "assumed")
	for _, test := range []struct {
		name, fact, want string
		set              *rules.Set
	}{
		{"assumed", "gpu.sm", "75", assumed},
		{"assumed", "os", "linux", assumed},
		{"assumed to be unknown", "loader.quantization", "?", assumed},
		{"assumed once more", "gpu.sm", "89", again},
		{"assumed before", "os", "linux", again},
		{"not assumed", "gpu.sm", "?", rules.Builtin()},
		{"not assumed", "loader.quantization", "fp8_e4m3fn", rules.Builtin()},
	} {
		t.Run(test.name+" "+test.fact, func(t *testing.T) {
			expectAnswer(t, test.set.Asker(stack, noMachine)(test.fact), test.want)
		})
	}
}

// TestConcurrent lets many judge with one set; the race detector watches.
func TestConcurrent(t *testing.T) {
	set := rules.Builtin().Assume(map[string]any{"gpu.sm": 86.0}, "assumed")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			v, err := set.Judge(parseAPI(t, oneLoader), noMachine, rules.Options{})
			if err != nil || len(v.Stacks) != 1 {
				t.Errorf("%+v, %v", v, err)
			}
		})
	}
	group.Wait()
}
