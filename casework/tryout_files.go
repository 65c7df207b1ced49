package casework

import (
	"bytes"
	"maps"

	"diwan.example/internal/db"
	"diwan.example/internal/form"
	"diwan.example/pack"
)

// withFiles copies an example's answers and uploads the files they hold, which
// the pack made up from their names.
func (r *trial) withFiles(in map[string]any) (form.Answers, error) {
	out := form.Answers(maps.Clone(in))
	return out, r.upload(map[string]any(out))
}

// upload stores every attachment that v holds, as the applicant.
func (r *trial) upload(v any) error {
	switch v := v.(type) {
	case map[string]any:
		for _, x := range v {
			if err := r.upload(x); err != nil {
				return err
			}
		}
	case []any:
		for _, x := range v {
			if err := r.upload(x); err != nil {
				return err
			}
		}
	case []form.Attachment:
		for _, a := range v {
			if err := r.store(a); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *trial) store(a form.Attachment) error {
	a, content := pack.SampleFile(a.Name)
	info, err := r.Engine.Blobs.Put(r.ctx, bytes.NewReader(content), 1<<20)
	if err != nil {
		return err
	}
	a.Blob, a.Size = info.Key, info.Size
	return r.write(r.applicant(), func(tx *db.Tx) error { return insertUpload(tx, "", a) })
}
