package gpu

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	const rtx3090 = "NVIDIA GeForce RTX 3090"
	for _, tt := range []struct {
		spec   string
		name   string
		sm     int
		memory int64 // MiB
		sms    int
	}{
		{"3090", rtx3090, 86, 24576, 82},
		{"RTX 3090", rtx3090, 86, 24576, 82},
		{"NVIDIA GeForce RTX 3090", rtx3090, 86, 24576, 82},
		{"GeForce RTX 3090", rtx3090, 86, 24576, 82},
		{"  rtx-3090 ", rtx3090, 86, 24576, 82},
		{"rtx_3090", rtx3090, 86, 24576, 82},
		{"RTX3090", rtx3090, 86, 24576, 82},
		{"cuda:0 NVIDIA GeForce RTX 4090 : cudaMallocAsync", "NVIDIA GeForce RTX 4090", 89, 24564, 128},
		{"cuda:1 NVIDIA GeForce RTX 3090", rtx3090, 86, 24576, 82},
		{"2080 Ti", "NVIDIA GeForce RTX 2080 Ti", 75, 11264, 68},
		{"4070 Ti", "NVIDIA GeForce RTX 4070 Ti", 89, 12282, 60},
		{"4070 ti super", "NVIDIA GeForce RTX 4070 Ti SUPER", 89, 16376, 66},
		{"5090", "NVIDIA GeForce RTX 5090", 120, 32607, 170},
		{"L4", "NVIDIA L4", 89, 23034, 58},
		{"T4", "Tesla T4", 75, 15360, 40},
		{"NVIDIA GeForce RTX 4090 Laptop GPU", "NVIDIA GeForce RTX 4090 Laptop GPU", 89, 16376, 76},

		{"NVIDIA® GeForce RTX™ 3090", rtx3090, 86, 24576, 82},
		{"GeForce(R) RTX(TM) 3090 (24 GB)", rtx3090, 86, 24576, 82},
		{"A100 - 80GB", "NVIDIA A100-SXM4-80GB", 80, 81920, 108},

		// sold with several sizes, of which one is what people mean
		{"3060", "NVIDIA GeForce RTX 3060", 86, 12288, 28},
		{"3060 8GB", "NVIDIA GeForce RTX 3060", 86, 8192, 28},
		{"4090", "NVIDIA GeForce RTX 4090", 89, 24564, 128},
		{"4090 48GiB", "NVIDIA GeForce RTX 4090", 89, 49140, 128},
		{"4090:48GiB", "NVIDIA GeForce RTX 4090", 89, 49140, 128},
		{"H100", "NVIDIA H100 80GB HBM3", 90, 81559, 132},
		{"H100 96GB", "NVIDIA H100", 90, 98304, 132},
		{"GTX 1070", "NVIDIA GeForce GTX 1070", 61, 8192, 15},

		// sold with several sizes, one of them named
		{"4060 Ti 16GB", "NVIDIA GeForce RTX 4060 Ti", 89, 16380, 34},
		{"4060 Ti (8 GB)", "NVIDIA GeForce RTX 4060 Ti", 89, 8188, 34},
		{"RTX 3080 12g", "NVIDIA GeForce RTX 3080", 86, 12288, 70},
		{"RTX 3080 10240MiB", "NVIDIA GeForce RTX 3080", 86, 10240, 68},
		{"A100 80 GB", "NVIDIA A100-SXM4-80GB", 80, 81920, 108},
		{"a100-80gb", "NVIDIA A100-SXM4-80GB", 80, 81920, 108},
		{"A100 40GiB", "NVIDIA A100-SXM4-40GB", 80, 40960, 108},
		{"NVIDIA A100 80GB PCIe", "NVIDIA A100 80GB PCIe", 80, 81920, 108},
		{"NVIDIA RTX A2000 8GB Laptop GPU", "NVIDIA RTX A2000 8GB Laptop GPU", 86, 8192, 20},
		{"gtx 1060 3gb", "NVIDIA GeForce GTX 1060 3GB", 61, 3072, 9},
		{"NVIDIA GH200 480GB", "NVIDIA GH200 480GB", 90, 97871, 132}, // 480 GB is the processor's

		// memory soldered on: what the person says holds
		{"RTX 3080 20GB", "NVIDIA GeForce RTX 3080", 86, 20480, 0},
		{"2080 Ti 22GB", "NVIDIA GeForce RTX 2080 Ti", 75, 22528, 68},

		// parts of cards: the family is sure, the multiprocessors are not
		{"GRID A100-20C", "GRID A100-20C", 80, 20480, 0},
		{"NVIDIA A100-SXM4-40GB MIG 3g.20gb", "NVIDIA A100-SXM4-40GB MIG 3g.20gb", 80, 20480, 0},
		{"Quadro RTX 5000 with Max-Q Design 16GB", "Quadro RTX 5000 with Max-Q Design 16GB", 75, 16384, 0},

		// figures instead of a name
		{"sm_86:24GiB", "sm_86:24GiB", 86, 24576, 0},
		{"sm_120:32GB", "sm_120:32GiB", 120, 32768, 0},
		{"SM 8.9 24564 MiB", "sm_89:24GiB", 89, 24564, 0},
		{"sm_90a", "sm_90", 90, 0, 0},
		{"sm_130:48GiB", "sm_130:48GiB", 130, 49152, 0}, // not made yet
		{"generic:16GiB", "generic:16GiB", 0, 16384, 0},
		{"Generic 12.5 gb", "generic:12.5GiB", 0, 12800, 0},
	} {
		t.Run(tt.spec, func(t *testing.T) {
			g, err := Parse(tt.spec)
			if err != nil {
				t.Fatal(err)
			}
			if g.Name != tt.name || g.SM != tt.sm || g.Memory != tt.memory*mib || g.SMs != tt.sms {
				t.Errorf("got %q sm_%d %d MiB %d SMs, want %q sm_%d %d MiB %d SMs",
					g.Name, g.SM, g.Memory/mib, g.SMs, tt.name, tt.sm, tt.memory, tt.sms)
			}
		})
	}
}

func TestParseTellsWhatIsWrong(t *testing.T) {
	for _, tt := range []struct {
		spec string
		want []string
	}{
		{"", []string{`no card in ""`, "sm_86:24GiB"}},
		{"cuda:0 ", []string{`unknown card "cuda:0"`}},
		{"A100", []string{`"A100 40GiB" or "A100 80GiB"`}},
		{"RTX 3080", []string{`"RTX 3080 10GiB" or "RTX 3080 12GiB"`}},
		{"4060 ti", []string{`"4060 ti 8GiB" or "4060 ti 16GiB"`}},
		{"Orin (nvgpu)", []string{"8GiB", "64GiB"}},
		{"3099", []string{`"3099"`, "closest are", "NVIDIA GeForce RTX 3090", "sm_86:24GiB"}},
		{"GTX 3060", []string{"closest are NVIDIA GeForce RTX 3060,"}},
		{"RTX 5070 Super", []string{"closest are NVIDIA GeForce RTX 5070,"}},
		{"RTX 6000", []string{"NVIDIA RTX A6000", "NVIDIA RTX 6000 Ada Generation"}},
		{"4070 mobile", []string{"NVIDIA GeForce RTX 4070 Laptop GPU"}},
		{"Quadro RTX 5000 with Max-Q Design", []string{`"Quadro RTX 5000 with Max-Q Design 16GiB"`}},
		{"AMD Radeon RX 7900 XTX", []string{"no NVIDIA card", "generic:16GiB"}},
		{"banana", []string{`unknown card "banana"`, "want a name"}},
		{"names", []string{`unknown card "names"`}}, // a field of the table is no card
		{"generic", []string{"no memory", "generic:16GiB"}},
		{"sm_68:24GiB", []string{`"sm_68"`, "sm_86"}},
		{"sm_86:-1GiB", []string{`unknown card "sm_86:-1GiB"`, "sm_86:24GiB"}},
		{"generic:-16GiB", []string{`"generic:-16GiB"`}},
		{"3090 -24GB", []string{`unknown card "3090 -24GB"`}},
		{"3090 12GB", []string{`"3090 12GB" was never sold: want "3090 24GiB"; only more`}},
		{"rtx-3060 10 GiB", []string{`want "rtx-3060 8GiB" or "rtx-3060 12GiB"`}},
		{"M3 Max", []string{"no NVIDIA card", "generic:16GiB"}},
		{"m2ultra", []string{"no NVIDIA card", "generic:16GiB"}},
		{"M4", []string{"no NVIDIA card", "generic:16GiB"}},
		{"3090,4090", []string{`"3090,4090" has a comma: one card is wanted here`}},
		{"sm_86:24GiB,sm_89:24GiB", []string{"one card is wanted here"}},
		{"3090 0GB", []string{"unknown card"}},
		{"\x1b[31m3090", []string{`\x1b[31m3090`}},
		{strings.Repeat("rtx ", 1000), []string{"4000 bytes"}},
	} {
		t.Run(tt.spec[:min(len(tt.spec), 40)], func(t *testing.T) {
			g, err := Parse(tt.spec)
			if err == nil {
				t.Fatalf("got %+v, want an error", g)
			}
			for _, w := range tt.want {
				if !strings.Contains(err.Error(), w) {
					t.Errorf("got %q, want it to contain %q", err, w)
				}
			}
		})
	}
}

func TestParseFillsTheWholeCard(t *testing.T) {
	for spec, want := range map[string]GPU{
		"4060 Ti 16GB": {Name: "NVIDIA GeForce RTX 4060 Ti", Vendor: "nvidia", SM: 89, FP16: Fine, SMs: 34,
			Memory: 16380 * mib, Bandwidth: 288, PCIeGen: 4, PCIeWidth: 8},
		"DGX Spark": {Name: "NVIDIA GB10", Vendor: "nvidia", SM: 121, FP16: Fine, SMs: 48,
			Memory: 128 << 30, Unified: true, Bandwidth: 273, PCIeGen: 5, PCIeWidth: 16},
		"sm_86:24GiB":   {Name: "sm_86:24GiB", Vendor: "nvidia", SM: 86, FP16: Fine, Memory: 24 << 30},
		"generic:16GiB": {Name: "generic:16GiB", Memory: 16 << 30},
	} {
		t.Run(spec, func(t *testing.T) {
			got, err := Parse(spec)
			if diff := cmp.Diff(want, got); err != nil || diff != "" {
				t.Errorf("error %v, want - got +\n%s", err, diff)
			}
		})
	}
}

func TestParseList(t *testing.T) {
	cards, err := ParseList("3090, RTX 4090,sm_75:16GiB")
	if err != nil {
		t.Fatal(err)
	}
	var sms []int
	for _, g := range cards {
		sms = append(sms, g.SM)
	}
	if diff := cmp.Diff([]int{86, 89, 75}, sms); diff != "" {
		t.Error(diff)
	}
	for _, spec := range []string{"", "3090,", "3090,banana"} {
		if cards, err := ParseList(spec); err == nil {
			t.Errorf("%q: got %d cards, want an error", spec, len(cards))
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"3090", "A100 80GB", "sm_86:24GiB", "generic:16GiB", "GRID A100-20C", "4070 super", "cuda:0 x : y",
		"Quadro RTX 5000 with Max-Q Design", "NVIDIA A100-SXM4-40GB MIG 1g.5gb", "1 MIG 1g.5gb", "-1Q"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, spec string) {
		g, err := Parse(spec)
		if err != nil {
			if g != (GPU{}) {
				t.Errorf("%q: an error and %+v", spec, g)
			}
			return
		}
		if g.Memory < 0 || g.SM == 0 && g.Memory == 0 {
			t.Errorf("%q: nothing is known of %+v", spec, g)
		}
		if g.SM <= newestSM && (g.Arch() == "") != (g.SM == 0) {
			t.Errorf("%q: sm_%d is of no family", spec, g.SM)
		}
		// A spelling is no information.
		if strings.ContainsFunc(spec, func(r rune) bool { return r >= 0x80 }) {
			return
		}
		loud, err := Parse(strings.ToUpper(spec))
		g.Name, loud.Name = "", ""
		if err != nil || g != loud {
			t.Errorf("%q: %+v, in upper case %+v, %v", spec, g, loud, err)
		}
	})
}
