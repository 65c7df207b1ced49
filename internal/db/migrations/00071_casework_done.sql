-- +goose Up
CREATE INDEX case_task_done ON case_task (assignee, ended) WHERE state = 'done';

-- +goose Down
DROP INDEX case_task_done;
