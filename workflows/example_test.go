package workflows_test

import (
	"fmt"

	"github.com/wanfix/wanfix/rules"
	"github.com/wanfix/wanfix/workflows"
)

func ExampleParse() {
	text := []byte(`{
  "nodes": [
    {"id": 1, "type": "INTConstant", "outputs": [{"name": "value", "type": "INT", "links": [7]}], "widgets_values": [30]},
    {"id": 2, "type": "WanVideoBlockSwap",
     "inputs": [{"name": "blocks_to_swap", "type": "INT", "widget": {"name": "blocks_to_swap"}, "link": 7}],
     "widgets_values": [20, true, false]}
  ],
  "links": [[7, 1, 0, 2, 0, "INT"]], "version": 0.4
}`)
	file, err := workflows.Parse(text, rules.BuiltinNodes())
	if err != nil {
		fmt.Println(err)
		return
	}
	swap := file.Parts[0].Run("2")
	for _, widget := range []string{"blocks_to_swap", "offload_img_emb", "prefetch_blocks"} {
		value := swap.Value(widget)
		fmt.Println(widget, value.Raw, "written at", len(value.Sites), "places")
	}
	// Output:
	// blocks_to_swap 30 written at 0 places
	// offload_img_emb true written at 1 places
	// prefetch_blocks 0 written at 0 places
}
