package dev.pullcord.git.remote;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Security;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.interfaces.EdECPublicKey;
import java.security.spec.KeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;
import java.util.Set;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PrivateKeyEntryDecoder;
import org.apache.sshd.common.config.keys.PublicKeyEntryDecoder;
import org.apache.sshd.common.config.keys.loader.openssh.OpenSSHKeyPairResourceParser;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.common.util.security.AbstractSecurityProviderRegistrar;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSASupport;
import org.apache.sshd.common.util.security.eddsa.generic.EdDSAUtils;
import org.apache.sshd.common.util.security.eddsa.generic.GenericEd25519PublicKeyDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericOpenSSHEd25519PrivateKeyEntryDecoder;
import org.apache.sshd.common.util.security.eddsa.generic.GenericSignatureEd25519;

/**
 * Ed25519 for SSHD, as Java itself has it. SSHD knows it only with a further library, which is as
 * large as all that a program of ours is made of beside it. Nothing is computed here: keys are
 * wrapped for Java and unwrapped for the wire by SSHD's own {@link EdDSAUtils}.
 */
final class JavaEd25519 extends AbstractSecurityProviderRegistrar
    implements EdDSASupport<EdECPublicKey, EdECPrivateKey> {
  private static final String PROVIDER = "SunEC";
  private static final Set<Class<?>> ENTITIES =
      Set.of(KeyFactory.class, KeyPairGenerator.class, Signature.class);

  private JavaEd25519() {
    super(PROVIDER);
  }

  /**
   * Tells SSHD of it, also where SSHD has made its tables of keys already. Static initializers call
   * it, maybe two at once: the second must find all of it done.
   */
  static synchronized void makeKnown() {
    JavaEd25519 here = new JavaEd25519();
    if (SecurityUtils.isProviderRegistered(here.getName())) {
      return;
    }
    SecurityUtils.registerSecurityProvider(here);
    KeyUtils.registerPublicKeyEntryDecoder(here.getEDDSAPublicKeyEntryDecoder());
    OpenSSHKeyPairResourceParser.registerPrivateKeyEntryDecoder(
        here.getOpenSSHEDDSAPrivateKeyEntryDecoder());
  }

  @Override
  public Provider getSecurityProvider() {
    return Security.getProvider(PROVIDER);
  }

  @Override
  public boolean isSupported() {
    return getSecurityProvider() != null;
  }

  @Override
  public String getDefaultSecurityEntitySupportValue(Class<?> entity) {
    return ENTITIES.contains(entity) ? SecurityUtils.ED25519 : NO_OPTIONS_VALUE;
  }

  @Override
  public Optional<EdDSASupport<?, ?>> getEdDSASupport() {
    return Optional.of(this);
  }

  @Override
  public PublicKeyEntryDecoder<EdECPublicKey, EdECPrivateKey> getEDDSAPublicKeyEntryDecoder() {
    return new GenericEd25519PublicKeyDecoder<>(EdECPublicKey.class, EdECPrivateKey.class, this);
  }

  @Override
  public PrivateKeyEntryDecoder<EdECPublicKey, EdECPrivateKey>
      getOpenSSHEDDSAPrivateKeyEntryDecoder() {
    return new GenericOpenSSHEd25519PrivateKeyEntryDecoder<>(
        EdECPublicKey.class, EdECPrivateKey.class, this);
  }

  @Override
  public org.apache.sshd.common.signature.Signature getEDDSASigner() {
    return new GenericSignatureEd25519(SecurityUtils.ED25519);
  }

  @Override
  public int getEDDSAKeySize(Key key) {
    return key instanceof EdECPublicKey || key instanceof EdECPrivateKey ? KEY_SIZE : -1;
  }

  @Override
  public Class<EdECPublicKey> getEDDSAPublicKeyType() {
    return EdECPublicKey.class;
  }

  @Override
  public Class<EdECPrivateKey> getEDDSAPrivateKeyType() {
    return EdECPrivateKey.class;
  }

  @Override
  public boolean compareEDDSAPPublicKeys(PublicKey one, PublicKey other) {
    return one instanceof EdECPublicKey && one.equals(other);
  }

  @Override
  public boolean compareEDDSAPrivateKeys(PrivateKey one, PrivateKey other) {
    return one instanceof EdECPrivateKey && one.equals(other);
  }

  /** A private key is 32 random bytes (RFC 8032, 5.1.5); Java makes the pair of those given. */
  @Override
  public EdECPublicKey recoverEDDSAPublicKey(PrivateKey key) throws GeneralSecurityException {
    byte[] seed = EdDSAUtils.getBytes(key);
    KeyPairGenerator pair = KeyPairGenerator.getInstance(SecurityUtils.ED25519, PROVIDER);
    pair.initialize(
        NamedParameterSpec.ED25519,
        new SecureRandom() {
          @Override
          public void nextBytes(byte[] bytes) {
            System.arraycopy(seed, 0, bytes, 0, bytes.length);
          }
        });
    return (EdECPublicKey) pair.generateKeyPair().getPublic();
  }

  @Override
  public EdECPublicKey generateEDDSAPublicKey(byte[] bytes) throws GeneralSecurityException {
    return (EdECPublicKey) keys().generatePublic(EdDSAUtils.createPublicKeySpec(bytes));
  }

  @Override
  public EdECPrivateKey generateEDDSAPrivateKey(byte[] bytes) throws GeneralSecurityException {
    return (EdECPrivateKey) keys().generatePrivate(EdDSAUtils.createPrivateKeySpec(bytes));
  }

  private static KeyFactory keys() throws GeneralSecurityException {
    return KeyFactory.getInstance(SecurityUtils.ED25519, PROVIDER);
  }

  @Override
  public <B extends Buffer> B putRawEDDSAPublicKey(B buffer, PublicKey key) {
    buffer.putBytes(bytes(key));
    return buffer;
  }

  @Override
  public <B extends Buffer> B putEDDSAKeyPair(B buffer, PublicKey open, PrivateKey hidden) {
    throw new UnsupportedOperationException("no private key is sent anywhere");
  }

  @Override
  public KeySpec createPublicKeySpec(EdECPublicKey key) {
    return new X509EncodedKeySpec(key.getEncoded());
  }

  @Override
  public KeySpec createPrivateKeySpec(EdECPrivateKey key) {
    return new PKCS8EncodedKeySpec(key.getEncoded());
  }

  @Override
  public byte[] getPublicKeyData(EdECPublicKey key) {
    return bytes(key);
  }

  @Override
  public byte[] getPrivateKeyData(EdECPrivateKey key) {
    return key.getBytes().orElseThrow();
  }

  @Override
  public String getKeyFactoryAlgorithm() {
    return SecurityUtils.ED25519;
  }

  private static byte[] bytes(PublicKey key) {
    try {
      return EdDSAUtils.getBytes(key);
    } catch (InvalidKeyException e) {
      throw new IllegalArgumentException("no key for Ed25519: " + key.getAlgorithm(), e);
    }
  }
}
