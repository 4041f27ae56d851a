"""How right a model is, held against labels or against another model.

evaluate     a detector on a labelled data set
accuracy     average precision of a model and its quantised form
coco_ap, voc_ap   the two ways to count it
classes      brings the names of a data set and of a model together
"""
