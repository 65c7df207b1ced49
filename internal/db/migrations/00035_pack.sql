-- +goose Up
CREATE TABLE pack_version (
    service text NOT NULL,
    version text NOT NULL,
    digest text NOT NULL,
    files jsonb NOT NULL,
    published bigint NOT NULL,
    publisher text NOT NULL,
    current boolean NOT NULL,
    PRIMARY KEY (service, version)
);
CREATE UNIQUE INDEX pack_version_current ON pack_version (service) WHERE current;

-- +goose Down
DROP TABLE pack_version;
