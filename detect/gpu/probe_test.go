package gpu

import (
	"context"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

func TestProbeTakesTheFirstSourceWithACard(t *testing.T) {
	says := func(f Found) func(context.Context) Found { return func(context.Context) Found { return f } }
	silent := says(Found{Tried: []Attempt{{Source: "first", Outcome: "nothing"}}})
	never := func(context.Context) Found { t.Error("asked a source after the answer"); return Found{} }
	one := says(Found{Source: "second", GPUs: []GPU{{Name: "Tesla T4", Memory: 15360 * mib}}, Driver: "550.1"})

	f := probe(t.Context(), source{"first", silent}, source{"second", one}, source{"third", never})
	if f.Source != "second" || f.Driver != "550.1" || len(f.Tried) != 1 || f.Tried[0].Source != "first" {
		t.Errorf("got %+v, want the second source's answer and the first one's attempt", f)
	}
	if len(f.GPUs) != 1 || f.GPUs[0].SM != 75 {
		t.Errorf("got %+v, want a T4 completed to sm_75", f.GPUs)
	}
	if f := probe(t.Context(), source{"first", silent}); f.Source != "" || len(f.GPUs) != 0 || len(f.Tried) != 1 {
		t.Errorf("got %+v, want nobody's answer and one attempt", f)
	}
}

func TestAStuckDriverIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		defer close(release)
		stuck := func(context.Context) Found { <-release; return Found{GPUs: []GPU{{SM: 86}}} }
		f := probe(t.Context(), source{"NVML", stuck})
		if len(f.GPUs) != 0 || len(f.Tried) != 1 || f.Tried[0].Source != "NVML" || f.Tried[0].Outcome != "the NVIDIA driver gave no answer within 5s" {
			t.Errorf("got %+v, want NVML's silence after 5s", f)
		}
	})
}

func TestProbeOfAMachineWithNvidiaSMI(t *testing.T) {
	program(t, "echo '"+newHead+"'\necho '0, NVIDIA GeForce RTX 4090, GPU-8, 49140, 580.95.05, 4, 8, [N/A], 8.9'\n")
	f := Probe(t.Context())
	if f.Source == "NVML" {
		t.Skip("this machine has a card")
	}
	want := GPU{Name: "NVIDIA GeForce RTX 4090", Vendor: "nvidia", SM: 89, FP16: Fine, SMs: 128, Memory: 49140 * mib,
		Bandwidth: 1008, PCIeGen: 4, PCIeWidth: 8, UUID: "GPU-8"}
	if len(f.GPUs) != 1 || f.GPUs[0] != want || f.Source != "nvidia-smi" {
		t.Errorf("got %+v, want %+v", f, want)
	}
}

func TestEveryKnownTroubleHasItsOwnWords(t *testing.T) {
	seen := map[string]int{}
	for _, code := range []int{codeNoPermission, codeNotFound, codeNoPower, codeNotLoaded, codeNoLibrary, codeLost, codeResetRequired, codeBlocked, codeMismatch, codeSMI, codeUnknown} {
		a := trouble("NVML", code, "the card")
		if other, twice := seen[a.Outcome]; twice {
			t.Errorf("codes %d and %d are both %q", code, other, a.Outcome)
		}
		seen[a.Outcome] = code
		if strings.Contains(a.Outcome, "code") || a.Help == "" || strings.Contains(a.Help, "see what nvidia-smi says") {
			t.Errorf("code %d: %+v leaves the reader without words or without a way out", code, a)
		}
	}
	if a := trouble("NVML", 4711, "the card"); !strings.Contains(a.Outcome, "4711") {
		t.Errorf("got %+v, want the unheard-of code in it", a)
	}
}

func TestLessons(t *testing.T) {
	noLibrary := Attempt{Source: "NVML", Outcome: "no library", Help: "get it", absent: true}
	noProgram := Attempt{Source: "nvidia-smi", Outcome: "no program", Help: "get it", absent: true}
	broken := Attempt{Source: "NVML", Outcome: "does not start", Help: "restart"}
	alsoBroken := Attempt{Source: "nvidia-smi", Outcome: "does not start", Help: "restart"}
	withoutHelp := func(a Attempt) Attempt { a.Help = ""; return a }
	for _, tt := range []struct {
		name        string
		tried, want []Attempt
		found       bool
	}{
		{"nothing is there: the help is given once", []Attempt{noLibrary, noProgram}, []Attempt{withoutHelp(noLibrary), noProgram}, false},
		{"both say the same", []Attempt{broken, alsoBroken}, []Attempt{withoutHelp(broken), alsoBroken}, false},
		{"what failed is the news", []Attempt{broken, noProgram}, []Attempt{broken}, false},
		{"in whatever order", []Attempt{noLibrary, alsoBroken}, []Attempt{alsoBroken}, false},
		{"a card was found without it", []Attempt{noLibrary}, nil, true},
		{"a card was found after a failure", []Attempt{broken}, []Attempt{broken}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lessons(tt.tried, tt.found); !slices.Equal(got, tt.want) {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestPick(t *testing.T) {
	rtx3090 := GPU{Name: "NVIDIA GeForce RTX 3090", SM: 86, Memory: 24576 * mib, UUID: "GPU-aa11"}
	rtx3090b := GPU{Name: "NVIDIA GeForce RTX 3090", SM: 86, Memory: 24576 * mib, UUID: "GPU-aa22", Index: 1}
	rtx4090 := GPU{Name: "NVIDIA GeForce RTX 4090", SM: 89, Memory: 24564 * mib, UUID: "GPU-bb11", Index: 1}
	gtx1080 := GPU{Name: "GeForce GTX 1080", SM: 61, Memory: 8192 * mib, UUID: "GPU-cc11", Index: 2}
	slice := GPU{Name: "NVIDIA A100-SXM4-40GB MIG 1g.5gb", SM: 80, UUID: "MIG-11"}
	slice2 := GPU{Name: "NVIDIA A100-SXM4-40GB MIG 1g.5gb", SM: 80, UUID: "MIG-22"}
	bigger := GPU{Name: "NVIDIA A100-SXM4-40GB MIG 3g.20gb", SM: 80, Memory: 19968 * mib, UUID: "MIG-33"}

	const cuda = "CUDA_VISIBLE_DEVICES="
	const order = "CUDA_DEVICE_ORDER=PCI_BUS_ID"
	for _, tt := range []struct {
		name string
		gpus []GPU
		env  []string
		want string // UUID; "" is no choice
		note string
	}{
		{"none", nil, nil, "", "no card"},
		{"the only one", []GPU{rtx3090}, nil, "GPU-aa11", ""},
		{"the largest", []GPU{gtx1080, rtx3090}, nil, "GPU-aa11", "most memory, 24 GiB"},
		{"two alike", []GPU{rtx3090, rtx3090b}, nil, "GPU-aa11", "alike"},
		{"as large but of another kind", []GPU{rtx3090, rtx4090, gtx1080}, nil, "", `"NVIDIA GeForce RTX 4090" (sm_89)`},
		{"CUDA's list by place", []GPU{rtx3090, rtx4090}, []string{cuda + "1,0", order}, "GPU-bb11", `"1,0"`},
		{"places may be counted otherwise", []GPU{rtx3090, rtx4090}, []string{cuda + "0"}, "GPU-aa11", "another order"},
		{"CUDA's list by name", []GPU{rtx3090, rtx4090}, []string{cuda + "GPU-bb"}, "GPU-bb11", `"GPU-bb"`},
		{"a place is the driver's, not the list's", []GPU{rtx4090, gtx1080}, []string{cuda + "2", order}, "GPU-cc11", ""},
		{"a slice by name", []GPU{slice, slice2}, []string{cuda + "MIG-22"}, "MIG-22", "MIG-22"},
		{"a card cut into slices", []GPU{slice, bigger}, []string{cuda + "0"}, "", `"0" fits 2 slices that differ`},
		{"a card cut into like slices", []GPU{slice, slice2}, []string{cuda + "0"}, "MIG-11", `"0"`},
		{"the larger slice", []GPU{slice, bigger}, nil, "MIG-33", "of 2 slices the one with the most memory, 19.5 GiB"},
		{"a slice that is not here", []GPU{slice, slice2}, []string{cuda + "MIG-9"}, "", "fits 0 of the 2 slices found"},
		{"a slice beside a card", []GPU{slice, rtx3090}, []string{cuda + "MIG-9"}, "", "fits 0 of the 2 cards found"},
		{"hidden", []GPU{rtx3090}, []string{cuda}, "", "hides every card"},
		{"hidden by a place that is none", []GPU{rtx3090}, []string{cuda + "-1"}, "", "fits 0 of the 1"},
		{"a name for two", []GPU{rtx3090, rtx3090b}, []string{cuda + "GPU-aa"}, "", "fits 2 of the 2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Found{GPUs: tt.gpus}.Pick(func(key string) (string, bool) {
				i := slices.IndexFunc(tt.env, func(e string) bool { return strings.HasPrefix(e, key+"=") })
				if i < 0 {
					return "", false
				}
				return tt.env[i][len(key)+1:], true
			})
			if got.GPU.UUID != tt.want || got.Known != (tt.want != "") || !strings.Contains(got.Note, tt.note) {
				t.Errorf("got %+v; want %q with a note of %q", got, tt.want, tt.note)
			}
			if tt.note == "" && len(tt.env) == 0 && got.Note != "" {
				t.Errorf("got the note %q where there was nothing to choose", got.Note)
			}
			if strings.Contains(got.Note, "another order") && slices.Contains(tt.env, order) {
				t.Errorf("got %q though the order is set", got.Note)
			}
		})
	}
}

func TestChoice(t *testing.T) {
	rtx3090 := GPU{Name: "NVIDIA GeForce RTX 3090", SM: 86, Memory: 24576 * mib, UUID: "GPU-aa"}
	rtx4090 := GPU{Name: "NVIDIA GeForce RTX 4090", SM: 89, Memory: 24564 * mib, UUID: "GPU-bb", Index: 1}
	rtx5090 := GPU{Name: "NVIDIA GeForce RTX 5090", SM: 120, Memory: 32607 * mib, UUID: "GPU-cc", Index: 2}
	slice := GPU{Name: "NVIDIA A100-SXM4-40GB MIG 1g.5gb", SM: 80, UUID: "MIG-11", Index: 3}
	bigger := GPU{Name: "NVIDIA A100-SXM4-40GB MIG 3g.20gb", SM: 80, Memory: 20480 * mib, UUID: "MIG-22", Index: 3}
	twin := rtx3090
	twin.Index, twin.UUID = 4, "GPU-dd"
	for _, tt := range []struct {
		name   string
		gpus   []GPU
		device string // what ComfyUI is started with
		want   string // UUID; "" is no choice
		open   bool
		flags  []string
	}{
		{"one card", []GPU{rtx3090}, "", "GPU-aa", false, []string{"--gpu-index 0"}},
		{"twins", []GPU{rtx3090, twin}, "", "GPU-aa", false, []string{"--gpu-index 0", "--gpu-index 4"}},
		{"the larger of two kinds", []GPU{rtx4090, rtx5090}, "", "GPU-cc", true, []string{"--gpu-index 1", "--gpu-index 2"}},
		{"as large and of two kinds", []GPU{rtx3090, rtx4090}, "", "", true, []string{"--gpu-index 0", "--gpu-index 1"}},
		{"slices share the card's number", []GPU{slice, bigger}, "", "MIG-22", true, []string{"--gpu-uuid MIG-11", "--gpu-uuid MIG-22"}},
		{"ComfyUI is started on one", []GPU{rtx3090, rtx4090}, "1", "GPU-bb", false, []string{"--gpu-index 0", "--gpu-index 1"}},
		{"ComfyUI is started on a card that is cut", []GPU{slice, bigger}, "3", "", true, []string{"--gpu-uuid MIG-11", "--gpu-uuid MIG-22"}},
		{"ComfyUI is started on one that is not here", []GPU{rtx3090}, "1", "", false, []string{"--gpu-index 0"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			found := Found{GPUs: tt.gpus}
			nothing := func(string) (string, bool) { return "", false }
			got := found.Pick(nothing)
			if tt.device != "" {
				got = found.PickDevice(tt.device, "--cuda-device in run.bat", nothing)
				if !strings.Contains(got.Note, "--cuda-device in run.bat") {
					t.Errorf("the note %q does not say what chose", got.Note)
				}
			}
			if got.GPU.UUID != tt.want || got.Known != (tt.want != "") || got.Open != tt.open {
				t.Errorf("got %+v; want %q, open %t", got, tt.want, tt.open)
			}
			for i, flag := range tt.flags {
				if found.Flag(i) != flag {
					t.Errorf("card %d: got %q, want %q", i, found.Flag(i), flag)
				}
			}
		})
	}
}
