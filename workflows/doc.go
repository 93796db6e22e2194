// Package workflows reads ComfyUI workflow files and knows where each value
// stands in their bytes.
//
// [Parse] turns bytes into a [File] of [Part]s: one, or those that stand inside a
// request or a history. A part holds [Home]s, the nodes
// as they are written, and [Run]s, the nodes as ComfyUI executes them: a node
// inside a subgraph that is used twice is one home and two runs. Facts are asked
// of runs ([Run.Value], [Run.Wire]); changes ([Change]) are made to homes, by
// package rewrite.
//
// The package knows nothing of GPUs or rules. What a node class is and what the
// places of its widgets_values mean is told by [Signatures].
package workflows
