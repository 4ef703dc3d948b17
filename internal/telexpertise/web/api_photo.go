package web

import (
	"fmt"
	"io"
	"net/http"
	"strconv"

	"maillage/internal/accounts"
	"maillage/internal/platform/fault"
	"maillage/internal/platform/httpx"
	"maillage/internal/telexpertise"
	"maillage/internal/telexpertise/photo"
)

type limits struct {
	Photos     int `json:"photos"`
	PhotoBytes int `json:"photo_bytes"`
	ChunkBytes int `json:"chunk_bytes"`
}

var theLimits = limits{telexpertise.MaxPhotos, photo.MaxBytes, 1 << 20}

// apiPhoto takes a photograph, whole or in parts. Headers: Content-Range (bytes START-END/SIZE; absent when whole), X-Photo-View,
// X-Photo-Sha256 (of the whole), X-Photo-Verdict (JSON), X-Photo-Kept (1 when kept against advice), X-Photo-Scale (mm per pixel).
// 200 with the bytes that are here; 409 with the same when a part is missing: go on from there.
func (p *Pages) apiPhoto(w http.ResponseWriter, r *http.Request) error {
	cmd, err := photoCommand(r)
	if err != nil {
		return err
	}
	weight := min(2*max(cmd.Size, 1<<20), maxReceiving)
	if err := p.receiving.Acquire(r.Context(), weight); err != nil {
		return err
	}
	defer p.receiving.Release(weight)
	if cmd.Data, err = io.ReadAll(r.Body); err != nil {
		return err
	}
	status, err := p.service.PutPhoto(r.Context(), accounts.FromContext(r.Context()), cmd)
	if fault.Is(err, fault.KindConflict) && status.ID != "" {
		return httpx.JSON(w, http.StatusConflict, status)
	}
	if err != nil {
		return err
	}
	return httpx.JSON(w, http.StatusOK, status)
}

func photoCommand(r *http.Request) (telexpertise.PhotoCommand, error) {
	h := r.Header
	if err := httpx.Legible(h.Get("X-Photo-View"), h.Get("X-Photo-Sha256"), h.Get("X-Photo-Verdict")); err != nil {
		return telexpertise.PhotoCommand{}, err
	}
	cmd := telexpertise.PhotoCommand{CaseID: r.PathValue("id"), ID: r.PathValue("photo"), View: telexpertise.View(h.Get("X-Photo-View")), SHA256: h.Get("X-Photo-Sha256"),
		Verdict: h.Get("X-Photo-Verdict"), KeptAnyway: h.Get("X-Photo-Kept") == "1", Size: r.ContentLength}
	if scale := h.Get("X-Photo-Scale"); scale != "" {
		cmd.MMPerPixel, _ = strconv.ParseFloat(scale, 64) // not a number: no millimetre is claimed
	}
	if part := h.Get("Content-Range"); part != "" {
		var end int64
		if n, err := fmt.Sscanf(part, "bytes %d-%d/%d", &cmd.Start, &end, &cmd.Size); n != 3 || err != nil || end < cmd.Start || end >= cmd.Size {
			return cmd, fault.Invalid("L’en-tête Content-Range n’est pas lisible : « bytes DÉBUT-FIN/TAILLE ».", "The Content-Range header cannot be read: “bytes START-END/SIZE”.")
		}
	}
	if cmd.Size > photo.MaxBytes {
		return cmd, photo.ErrTooBig
	}
	return cmd, nil
}
