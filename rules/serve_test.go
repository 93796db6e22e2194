package rules

import (
	"testing"

	"github.com/tidwall/gjson"

	"github.com/wanfix/wanfix/workflows"
)

// TestServe follows the validation in ComfyUI's execution.py.
func TestServe(t *testing.T) {
	low, high := -1.0, 10.0
	whole := workflows.InputType{Kind: workflows.KindInt, Min: &low, Max: &high}
	number := workflows.InputType{Kind: workflows.KindFloat, Min: &low, Max: &high}
	yesNo := workflows.InputType{Kind: workflows.KindBoolean}
	texts := workflows.InputType{Kind: workflows.KindCombo, Options: []any{"a", "b"}}
	numbers := workflows.InputType{Kind: workflows.KindCombo, Options: []any{480.0, 720.0}}
	file := workflows.InputType{Kind: workflows.KindFile}
	const refused, taken = "refused", "taken"
	tests := []struct {
		in          workflows.InputType
		value, want string
	}{
		{whole, `10`, taken}, {whole, `11`, refused}, {whole, `-1`, taken}, {whole, `-2`, refused}, {whole, `1.9`, taken},
		{whole, `true`, "1"}, {whole, `false`, "0"}, {whole, `null`, refused}, {whole, `[1]`, refused}, {whole, `{"__value__": 1}`, taken},
		{whole, `"7"`, taken}, {whole, `" +1_0 "`, taken}, {whole, `"1_1"`, refused}, {whole, `"7.0"`, refused}, {whole, `"1e1"`, refused}, {whole, `""`, refused},
		{whole, `"0x7"`, refused}, {whole, `"７"`, taken}, {whole, `"<p>é</p>"`, refused}, {whole, `"{{STEPS}}"`, taken}, {whole, `"%steps%"`, taken}, {whole, `"$STEPS"`, taken},
		{number, `"1e1"`, taken}, {number, `"1.5"`, taken}, {number, `".5"`, taken}, {number, `"5."`, taken}, {number, `"1e2"`, refused}, {number, `"1e999"`, refused}, {number, `"."`, refused},
		{number, `"inf"`, taken}, {number, `"NaN"`, taken}, {number, `"info"`, refused}, {number, `"0x1p-2"`, refused},
		{yesNo, `true`, taken}, {yesNo, `0`, taken}, {yesNo, `1`, taken}, {yesNo, `832`, "true"}, {yesNo, `"false"`, "true"}, {yesNo, `""`, "false"}, {yesNo, `null`, "false"}, {yesNo, `{}`, taken},
		{texts, `"a"`, taken}, {texts, `"c"`, taken}, {texts, `3`, refused}, {texts, `true`, refused}, {texts, `["a"]`, taken},
		{numbers, `480`, taken}, {numbers, `481`, taken}, {numbers, `"480"`, taken},
		{file, `"a.safetensors"`, taken}, {file, `16`, refused},
		{workflows.InputType{Kind: workflows.KindString}, `16`, taken}, {workflows.InputType{Kind: workflows.KindAny}, `{}`, taken}, {workflows.InputType{Kind: "MODEL"}, `16`, taken},
	}
	for _, tt := range tests {
		t.Run(tt.in.Kind+" "+tt.value, func(t *testing.T) {
			becomes, judged := serve(&tt.in, gjson.Parse(tt.value), workflows.API)
			got := taken
			if judged {
				got = refused
			}
			if becomes != nil && judged {
				got = Answer{Value: becomes}.String()
			}
			if got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
	for form, want := range map[workflows.Form]bool{workflows.UI: false, workflows.API: true} {
		if _, judged := serve(&texts, gjson.Parse("null"), form); judged != want {
			t.Errorf("null in a combo of a %s: judged %v", form, judged)
		}
	}
}
