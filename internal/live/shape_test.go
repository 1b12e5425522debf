package live

import "testing"

// The shape contains no values, and no keys that may be something other than field names.
func TestObject_shapeShowsFieldsOnly(t *testing.T) {
	t.Parallel()

	fields := objectIn([]byte(`{"id":"s3cret","api-token":{"hint":"s3cret"},"n":1,"yes":true,"no":null,"ada@example.com":[],"38400000-8cf0-11bd-b23e-10b96e4ef00d":[]}`))

	if shape, wanted := fields.shape(), "(unusual key):array, api-token:object, id:string, n:number, no:null, yes:boolean"; shape != wanted {
		t.Errorf("the shape is %q", shape)
	}

	if shape := object(nil).shape(); shape != "no fields" {
		t.Errorf("the shape of nothing is %q", shape)
	}
}
