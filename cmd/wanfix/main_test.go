package main

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"hash/crc32"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/wanfix/wanfix/detect/gpu"
)

var update = flag.Bool("update", false, "write the expected output of the scripts anew")

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"wanfix": main})
}

// TestScript runs what a user could have typed, see testdata/script.
func TestScript(t *testing.T) {
	workflows, err := filepath.Abs("../../testdata/workflows")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			// Scripts name the files as a user in their folder would.
			return os.CopyFS(env.WorkDir, os.DirFS(workflows))
		},
		Condition: func(name string) (bool, error) {
			if name == "card" { // this computer has a card of its own
				return len(gpu.Probe(context.Background()).GPUs) > 0, nil
			}
			return false, nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"trim-newline": trimNewline,
			"safetensors":  safetensors,
			"png":          png,
		},
	})
}

// trimNewline takes the last newline off files: txtar ends every file with one,
// ComfyUI none.
func trimNewline(ts *testscript.TestScript, neg bool, args []string) {
	for _, name := range args {
		text := ts.ReadFile(name)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text[:len(text)-1]), 0o644))
	}
}

// png writes a picture with texts from files in it, as in "png a.png workflow=w.json".
func png(ts *testscript.TestScript, neg bool, args []string) {
	texts := map[string]string{}
	for _, arg := range args[1:] {
		key, file, _ := strings.Cut(arg, "=")
		texts[key] = ts.ReadFile(file)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(picture(texts)), 0o644))
}

// picture is a PNG with texts in it.
func picture(texts map[string]string) string {
	picture := []byte("\x89PNG\r\n\x1a\n")
	add := func(kind, data string) {
		picture = binary.BigEndian.AppendUint32(picture, uint32(len(data)))
		picture = append(picture, kind+data...)
		picture = binary.BigEndian.AppendUint32(picture, crc32.ChecksumIEEE([]byte(kind+data)))
	}
	add("IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		add("tEXt", key+"\x00"+texts[key])
	}
	add("IDAT", "\x78\x9c\x63\x68\x00\x00\x00\x82\x00\x81")
	add("IEND", "")
	return string(picture)
}

// safetensors writes a model file of which only the header is real, as in
// "safetensors a.safetensors F8_E4M3 scaled": 14 GB that cost nothing.
func safetensors(ts *testscript.TestScript, neg bool, args []string) {
	const size = 14 << 30
	width := map[string]int{"F8_E4M3": 1, "F8_E5M2": 1, "BF16": 2}[args[1]]
	header := fmt.Sprintf(`{"patch_embedding.weight":{"dtype":"BF16","shape":[5120,16,1,2,2],"data_offsets":[0,655360]},`+
		`"blocks.0.self_attn.q.weight":{"dtype":%q,"shape":[%d,1],"data_offsets":[655360,%d]}`, args[1], (size-655360-4)/width, size-4)
	if len(args) > 2 {
		header += fmt.Sprintf(`,"blocks.0.self_attn.q.scale_weight":{"dtype":"F32","shape":[1],"data_offsets":[%d,%d]}`, size-4, size)
	}
	header += "}"
	text := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	path := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(filepath.Dir(path), 0o755))
	ts.Check(os.WriteFile(path, append(text, header...), 0o644))
	end := int64(size)
	if len(args) == 2 {
		end -= 4
	}
	ts.Check(os.Truncate(path, int64(len(text)+len(header))+end))
}

// write writes files below a folder.
func write(t *testing.T, folder string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
