import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.h2.H2Backend;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.message.MongoMessage;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.h2.mvstore.MVStore;

/** mongo-java-server on loopback over one file: java -cp 'JARS/*' Server.java FILE PORT kept|synced */
public class Server {
  /** The oldest that today's drivers speak with; what they ask of it this server does. */
  private static final MongoVersion VERSION = new MongoVersion() {
    @Override public List<Integer> getVersionArray() { return List.of(4, 4, 0); }
    @Override public int getWireVersion() { return 9; }
  };

  /**
   * Answers what was changed when it is in the file, which by itself it would be within a second: then it outlasts the
   * process, and with `synced` the machine. Changes that are made at the same time share a commit; none is cut by one.
   */
  private static class Kept extends H2Backend {
    private static final Set<String> READING = Set.of("find", "getMore", "count", "aggregate", "ping", "isMaster", "ismaster", "listCollections");
    private static final Set<String> MAKING = Set.of("create", "createIndexes", "drop", "dropDatabase");

    private final ReentrantReadWriteLock changing = new ReentrantReadWriteLock(true);
    private final boolean synced;

    Kept(MVStore store, boolean synced) {
      super(store);
      this.synced = synced;
    }

    @Override public Document handleMessage(MongoMessage message) {
      String command = message.getDocument().keySet().iterator().next();
      // Of two that make the same collection at once one would break it for good.
      Lock lock = MAKING.contains(command) ? changing.writeLock() : changing.readLock();
      lock.lock();
      Document answer;
      try {
        answer = super.handleMessage(message);
      } finally {
        lock.unlock();
      }
      if (!READING.contains(command)) keep();
      return answer;
    }

    /** Asked under the lock: what another is just writing does not count as unsaved. */
    private void keep() {
      changing.writeLock().lock();
      try {
        if (!getMvStore().hasUnsavedChanges()) return;
        getMvStore().commit();
        if (synced) getMvStore().sync();
      } finally {
        changing.writeLock().unlock();
      }
    }
  }

  public static void main(String[] given) {
    MVStore store = new MVStore.Builder().fileName(given[0]).autoCommitDisabled().autoCommitBufferSize(0).open();
    boolean synced = given[2].equals("synced");
    // What the system holds in memory a killed process cannot lose: space that is free may be written over at once.
    if (!synced) store.setRetentionTime(0);
    Kept backend = new Kept(store, synced);
    backend.version(VERSION);
    MongoServer server = new MongoServer(backend);
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.bind("127.0.0.1", Integer.parseInt(given[1]));
  }
}
