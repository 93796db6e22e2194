//go:build !(linux && cgo)

package gpu

import "context"

// fromNVML has nothing to say: the binding to the driver's library needs Linux and a C compiler.
func fromNVML(context.Context) Found { return Found{} }

func usesFromNVML(context.Context, []GPU) map[string]Use { return nil }
