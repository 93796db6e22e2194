package modelfile

import (
	"bytes"
	"encoding/json"
	"slices"
	"testing"
	"time"
)

// BenchmarkRead puts ReadFrom beside json.Valid on the same header, turn by turn, and compares their
// medians, so that the ratio does not hang on how busy the machine is.
func BenchmarkRead(b *testing.B) {
	for _, model := range []struct {
		name  string
		parts []part
	}{
		{"I2V 14B bf16", i2v14b.model()},
		{"I2V 14B scaled", scaled(stored(i2v14b.model(), "F8_E4M3", matrix), "scale_weight")},
		{"LoRA", pairsOf("kohya", 32, 40)},
	} {
		b.Run(model.name, func(b *testing.B) {
			file := safetensorsFile(b, "BF16", model.parts)
			text := file.head[8:]
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			var valid, read []time.Duration
			for b.Loop() {
				start := time.Now()
				if !json.Valid(text) {
					b.Fatal("no JSON")
				}
				middle := time.Now()
				if _, err := ReadFrom(file, file.size); err != nil {
					b.Fatal(err)
				}
				valid = append(valid, middle.Sub(start))
				read = append(read, time.Since(middle))
			}
			b.ReportMetric(median(read).Seconds()/median(valid).Seconds(), "x-json.Valid")
		})
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// BenchmarkReadGGUF has no JSON to be compared with.
func BenchmarkReadGGUF(b *testing.B) {
	file := ggufModel(b, "wan", "F16", stored(i2v14b.model(), "Q8_0", matrix))
	b.SetBytes(int64(len(file.head)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ReadFrom(bytes.NewReader(file.head), file.size); err != nil {
			b.Fatal(err)
		}
	}
}
