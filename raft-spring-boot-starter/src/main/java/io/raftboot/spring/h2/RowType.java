package io.raftboot.spring.h2;

import io.raftboot.spring.h2.SealedRow.DamagedRow;
import java.nio.ByteBuffer;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/**
 * Rows in the pages of H2, stored like {@link org.h2.mvstore.type.ByteArrayDataType} does it. The length of a row in a torn page
 * may be any number, and must not end the process for want of memory.
 */
final class RowType extends BasicDataType<byte[]> {

    @Override
    public int getMemory(byte[] row) {
        return row.length;
    }

    @Override
    public void write(WriteBuffer page, byte[] row) {
        page.putVarInt(row.length);
        page.put(row);
    }

    /** @throws DamagedRow if the page ends before the row */
    @Override
    public byte[] read(ByteBuffer page) {
        int length = DataUtils.readVarInt(page);
        if (length < 0 || length > page.remaining()) {
            throw new DamagedRow("a row of " + length + " bytes in the last " + page.remaining() + " bytes of a page");
        }
        byte[] row = new byte[length];
        page.get(row);
        return row;
    }

    @Override
    public byte[][] createStorage(int size) {
        return new byte[size][];
    }
}
