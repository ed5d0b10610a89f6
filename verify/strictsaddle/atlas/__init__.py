"""The atlas: which popular objectives are strict-saddle? A table, each row a proof, beside what theorems say of it."""
