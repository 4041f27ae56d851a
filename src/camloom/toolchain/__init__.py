"""From a stranger's model file to a card that runs here, and what it is worth.

importing     the file is read, its card guessed
conversion    the model in another format
quantisation  the model in INT8
verification  two forms of it compared
evaluation    held against labels
speed         timed on this machine
datasets      labelled pictures of any layout
frames, loading, card_results   shared: pictures, one file on one runtime, figures written into a card
"""
