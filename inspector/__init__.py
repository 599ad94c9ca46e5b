"""Inspector: edge vision inspection that rejects by default."""
