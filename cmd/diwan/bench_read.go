package main

import "context"

func (b *caseBench) overHTTP(ctx context.Context, io stdio, r *caseReport) error { return nil }
func (b *caseBench) reading(ctx context.Context, io stdio, r *caseReport) error  { return nil }
