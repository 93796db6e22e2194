package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/tidwall/jsonc"

	"github.com/wanfix/wanfix/rules"
)

const (
	configSchemaFile = "../../docs/wanfix.schema.json"
	configPage       = "../../docs/config.md"
)

// schemaOf writes the JSON Schema that the keys make.
func schemaOf(keys []configKey) []byte {
	type object = map[string]any
	text := object{"type": "string", "minLength": 1}
	kinds := map[keyKind]object{
		kindText:  text,
		kindTexts: {"anyOf": []any{text, object{"type": "array", "items": text}}},
		kindPaths: {"type": "object", "additionalProperties": object{"$ref": "#/$defs/path"}},
	}
	of := func(root bool) object {
		known := object{}
		for _, key := range keys {
			if key.root && !root {
				continue
			}
			one := maps.Clone(kinds[key.kind])
			one["description"], one["examples"] = key.meaning, []any{json.RawMessage(key.example)}
			known[key.name] = one
		}
		return object{"type": "object", "properties": known, "additionalProperties": false, "not": object{"required": []string{"gpu", "gpus"}}}
	}
	schema := of(true)
	schema["$schema"], schema["title"], schema["$defs"] = "https://json-schema.org/draft/2020-12/schema", configName, object{"path": of(false)}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(schema); err != nil {
		panic(err)
	}
	return out.Bytes()
}

// tableOf writes the table of keys in docs/config.md.
func tableOf(keys []configKey) string {
	table := "| key | what it says | such as | below `paths` |\n| --- | --- | --- | --- |\n"
	for _, key := range keys {
		below := "yes"
		if key.root {
			below = "no"
		}
		table += fmt.Sprintf("| `%s` | %s | `%s` | %s |\n", key.name, key.meaning, key.example, below)
	}
	return table
}

// TestConfigDocs holds the schema and the page to the keys that wanfix reads. With -update it
// writes them anew.
func TestConfigDocs(t *testing.T) {
	inPage(t, configPage, "keys", tableOf(configKeys()))
	want := schemaOf(configKeys())
	if *update {
		if err := os.WriteFile(configSchemaFile, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(configSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(have)); diff != "" {
		t.Errorf("%s is not what wanfix reads (-true +file), go test ./cmd/wanfix -update mends it:\n%s", configSchemaFile, diff)
	}
}

// TestConfigSchema lets the schema and wanfix judge the same files. Which cards and rules there are
// the schema does not know.
func TestConfigSchema(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile(configSchemaFile)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text string
		valid      bool   // for the schema
		err        string // of wanfix, "" for none
	}{
		{"nothing", `{}`, true, ""},
		{"a card", `{"gpu": "RTX 4090"}`, true, ""},
		{"comments", "{\n// mine\n\"gpu\": \"4090\", /* ours */\n}", true, ""},
		{"cards", `{"gpus": ["3060", "sm_86:24GiB"], "$schema": "docs/wanfix.schema.json"}`, true, ""},
		{"cards in a text", `{"gpus": "3060, 3090"}`, true, ""},
		{"rules", `{"select": "wanvideo", "ignore": ["all", "does-not-fit"]}`, true, ""},
		{"a preset", `{"preset": "tiers"}`, true, ""},
		{"an unknown preset", `{"preset": "tears"}`, true, `.wanfix.json:1:12: preset: there is no preset "tears", there are stable, tiers`},
		{"a folder", `{"comfy": "../ComfyUI"}`, true, ""},
		{"paths", `{"paths": {"a/**": {"gpu": "3060", "ignore": []}, "*.json": {}}}`, true, ""},
		{"an unknown card", `{"gpu": "4091"}`, true, `.wanfix.json:1:9: gpu: unknown card "4091"`},
		{"an unknown card of several", `{"gpus": ["4090", "4091"]}`, true, `.wanfix.json:1:19: gpus: unknown card "4091"`},
		{"an unknown rule", `{"ignore": ["does-not-fits"]}`, true, `.wanfix.json:1:13: ignore: there is no rule "does-not-fits"; the nearest is does-not-fit`},
		{"an address", `{"comfy": "http://127.0.0.1:8188"}`, true, `.wanfix.json:1:11: comfy: an address is asked only where --comfy names it, want a folder`},
		{"a pattern that is none", `{"paths": {"a[": {}}}`, true, `.wanfix.json:1:12: paths: "a[" is no pattern: want one such as examples/** or *-low.json`},
		{"a pattern of nothing", `{"paths": {"": {}}}`, true, `.wanfix.json:1:12: paths: "" is no pattern: want one such as examples/** or *-low.json`},
		{"braces", `{"paths": {"{a,b}/*": {}}}`, true, `.wanfix.json:1:12: paths: "{a,b}/*" is no pattern: want one such as examples/** or *-low.json`},
		{"a list", `[]`, false, `.wanfix.json:1:1: want an object such as {"gpu": "3090"}`},
		{"a slip", `{"ignores": "all"}`, false, `.wanfix.json:1:2: there is no key "ignores", did you mean ignore?`},
		{"another key", `{"colour": "red"}`, false, `.wanfix.json:1:2: there is no key "colour", it knows $schema, gpu, gpus, preset, select, ignore, rules, comfy, paths`},
		{"a number", `{"gpu": 4090}`, false, `.wanfix.json:1:9: gpu: want a text such as "3090"`},
		{"no card", `{"gpu": ""}`, false, `.wanfix.json:1:9: gpu: want a text such as "3090"`},
		{"numbers", `{"gpus": [3060]}`, false, `.wanfix.json:1:10: gpus: want a list, or a text with commas, such as ["3090", "RTX 4070 Ti"]`},
		{"cards twice", `{"gpu": "3060", "gpus": "3090"}`, false, `.wanfix.json:1:25: gpu and gpus both name cards: leave one of them out`},
		{"cards twice, the other way round", `{"gpus": "3090", "gpu": "3060"}`, false, `.wanfix.json:1:25: gpu and gpus both name cards: leave one of them out`},
		{"no paths", `{"paths": ["a"]}`, false, `.wanfix.json:1:11: paths: want an object such as {"old/**": {"gpu": "3060"}}`},
		{"a path that says nothing", `{"paths": {"a": "all"}}`, false, `.wanfix.json:1:17: paths: want an object such as {"gpu": "3060"}`},
		{"paths below paths", `{"paths": {"a": {"paths": {}}}}`, false, `.wanfix.json:1:18: there is no key "paths", it knows gpu, gpus, preset, select, ignore, comfy`},
		{"a slip below paths", `{"paths": {"a": {"gpux": "3060"}}}`, false, `.wanfix.json:1:18: there is no key "gpux", did you mean gpu or gpus?`},
		{"a key twice", `{"gpu": "3060", "gpu": "3090"}`, true, `.wanfix.json:1:17: the key "gpu" is written twice in one object, and programs disagree about which one counts`},
	}
	for i, example := range examplesOf(t) {
		tests = append(tests, struct {
			name, text string
			valid      bool
			err        string
		}{fmt.Sprintf("example %d of the page", i+1), example, true, ""})
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			value, err := jsonschema.UnmarshalJSON(bytes.NewReader(jsonc.ToJSON([]byte(test.text))))
			if err != nil {
				t.Fatal(err)
			}
			if err := schema.Validate(value); (err == nil) != test.valid {
				t.Errorf("the schema says %v, want valid: %v", err, test.valid)
			}
			_, err = parseConfig([]byte(test.text), configName, newRuleSets(rules.Builtin(), nil))
			switch {
			case test.err == "" && err != nil:
				t.Error(err)
			case test.err != "" && (err == nil || !strings.HasPrefix(err.Error(), test.err)):
				t.Errorf("error %v\nwant  %s", err, test.err)
			}
		})
	}
}

// examplesOf returns the configurations that docs/config.md and README.md show.
func examplesOf(t *testing.T) (all []string) {
	t.Helper()
	for _, name := range []string{configPage, "../../README.md"} {
		page, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		blocks := strings.Split(string(page), "```json\n")[1:]
		if len(blocks) == 0 {
			t.Errorf("%s shows no configuration", name)
		}
		for _, block := range blocks {
			text, _, _ := strings.Cut(block, "```")
			all = append(all, text)
		}
	}
	return all
}
