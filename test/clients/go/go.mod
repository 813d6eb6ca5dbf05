module registry.example/client

go 1.24
