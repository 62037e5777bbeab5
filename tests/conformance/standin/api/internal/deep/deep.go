// Package deep copies API objects, which Kubernetes wants of every type.
package deep

import "reflect"

// Copy copies a value so that no map, slice or pointer is shared. Structs with
// unexported fields (times) are values and are copied as they are.
func Copy[T any](in *T) *T {
	if in == nil {
		return nil
	}
	out := new(T)
	copyInto(reflect.ValueOf(out).Elem(), reflect.ValueOf(in).Elem())
	return out
}

func copyInto(out, in reflect.Value) {
	switch in.Kind() {
	case reflect.Pointer:
		if !in.IsNil() {
			out.Set(reflect.New(in.Type().Elem()))
			copyInto(out.Elem(), in.Elem())
		}
	case reflect.Slice:
		if !in.IsNil() {
			out.Set(reflect.MakeSlice(in.Type(), in.Len(), in.Len()))
			for i := range in.Len() {
				copyInto(out.Index(i), in.Index(i))
			}
		}
	case reflect.Map:
		if !in.IsNil() {
			out.Set(reflect.MakeMapWithSize(in.Type(), in.Len()))
			for entries := in.MapRange(); entries.Next(); {
				value := reflect.New(in.Type().Elem()).Elem()
				copyInto(value, entries.Value())
				out.SetMapIndex(entries.Key(), value)
			}
		}
	case reflect.Struct:
		out.Set(in)
		for i := range in.NumField() {
			if in.Type().Field(i).IsExported() {
				copyInto(out.Field(i), in.Field(i))
			}
		}
	default:
		out.Set(in)
	}
}
