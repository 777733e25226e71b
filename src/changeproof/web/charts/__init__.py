"""Charts as inline SVG: drawn here, labelled directly, coloured by the stylesheet alone."""
