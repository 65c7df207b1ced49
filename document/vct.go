package document

import (
	"diwan.example/gov"
	"diwan.example/pack"
)

// VCT names the type of document d of service s as SD-JWT VC wants: what the
// pack says, or else an address of base at which the type is described.
func VCT(base string, s gov.ServiceID, d *pack.Document) string {
	if d.Credential != nil && d.Credential.VCT != "" {
		return d.Credential.VCT
	}
	return base + "/vct/" + string(s) + "/" + d.ID
}
