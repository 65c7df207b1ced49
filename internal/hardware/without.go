//go:build !cgo

package hardware

import "diwan.example/gov"

// Open says that this program cannot speak to hardware. Errors: Unavailable.
func Open(Options) (*Token, error) {
	return nil, gov.Fail(gov.Unavailable, "بُني هذا البرنامج دون دعم وحدات حفظ المفاتيح؛ استعمل النسخة المبنية مع cgo", "This program was built without support for hardware modules; use one that was built with cgo")
}

func fresh() []byte { return nil }

// Close has nothing to end.
func (t *Token) Close() {}
