"""Why a number moved between two ranges: exact bridges, each part judged against its own past."""
