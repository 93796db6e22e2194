package gpu

import (
	"os"
	"path/filepath"
	"testing"
)

func TestUnifiedCardsHaveTheComputersMemory(t *testing.T) {
	const orin = "Orin (nvgpu)"
	for _, tt := range []struct {
		name, meminfo string
		given         GPU
		memory        int64 // KiB
		sms           int
	}{
		{"memory also tells which Orin", "MemTotal:       64342384 kB\nMemFree: 1 kB\n", GPU{Name: orin}, 64342384, 16},
		{"a smaller one", "MemTotal:\t15664112 kB\n", GPU{Name: orin}, 15664112, 8},
		{"what the driver says stands", "MemTotal: 15664112 kB\n", GPU{Name: orin, Memory: 32 << 30}, 32 << 20, 14},
		{"a card of its own memory", "MemTotal: 15664112 kB\n", GPU{Name: "NVIDIA GeForce RTX 3090"}, 0, 82},
		{"another unit", "MemTotal: 15 GB\n", GPU{Name: orin}, 0, 0},
		{"no figure", "MemTotal: -1 kB\nMemTotal: 1e3 kB\nMemTotal:\n", GPU{Name: orin}, 0, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "meminfo")
			if err := os.WriteFile(file, []byte(tt.meminfo), 0o644); err != nil {
				t.Fatal(err)
			}
			got := tt.given.complete().withMemoryOf(file)
			if got.Memory != tt.memory<<10 || got.SMs != tt.sms {
				t.Errorf("got %d KiB and %d SMs, want %d and %d", got.Memory>>10, got.SMs, tt.memory, tt.sms)
			}
			if read := got.Memory != tt.given.Memory; (got.MemorySource == file) != read {
				t.Errorf("got the source %q for %d KiB", got.MemorySource, got.Memory>>10)
			}
		})
	}
	if got := (GPU{Name: orin}).complete().withMemoryOf(filepath.Join(t.TempDir(), "none")); got.Memory != 0 {
		t.Errorf("got %d bytes from no file, want unknown", got.Memory)
	}
}
