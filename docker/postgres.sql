-- Run once by the image, on an empty volume. One login for each service, which owns its database and sees no other.
\getenv password POSTGRES_PASSWORD
CREATE ROLE registry LOGIN PASSWORD :'password';
CREATE ROLE hydra LOGIN PASSWORD :'password';
CREATE ROLE kratos LOGIN PASSWORD :'password';
CREATE DATABASE registry OWNER registry;
CREATE DATABASE hydra OWNER hydra;
CREATE DATABASE kratos OWNER kratos;
REVOKE CONNECT ON DATABASE registry, hydra, kratos FROM PUBLIC;
