"""What somebody who means harm, or has bad luck, might try."""
