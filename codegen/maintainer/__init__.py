"""What the maintainer asks for beside rendering; decides no byte of the output, so no manifest hashes it."""
