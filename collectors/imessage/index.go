package imessage

// index keeps a small number for each of many row ids, which are dense, in four bytes each.
type index struct{ blocks map[int64]*[indexBlock]uint32 }

const (
	blockBits  = 7
	indexBlock = 1 << blockBits
)

func newIndex() index { return index{blocks: map[int64]*[indexBlock]uint32{}} }

func (x index) at(id int64) *uint32 {
	b := x.blocks[id>>blockBits]
	if b == nil {
		b = new([indexBlock]uint32)
		x.blocks[id>>blockBits] = b
	}
	return &b[id&(indexBlock-1)]
}

func (x index) get(id int64) uint32 {
	if b := x.blocks[id>>blockBits]; b != nil {
		return b[id&(indexBlock-1)]
	}
	return 0
}
