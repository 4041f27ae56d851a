/* A stand-in for HCNetSDK with the functions that Camloom calls; own code, written from the public description.
 *
 * It plays the file stream.ps beside it in pieces of odd sizes. The password is "right"; the channel says what happens:
 * 1 plays and then goes on from the beginning, 2 crashes, 3 loses the device, 4 does not exist, 5 sends sound only,
 * 6 plays once and then is silent. Channel 7 plays what stands in noise.bin.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

typedef int LONG;
typedef unsigned int DWORD;
typedef unsigned short WORD;
typedef unsigned char BYTE;
typedef int BOOL;

typedef struct {
    BYTE sSerialNumber[48];
    BYTE byAlarmInPortNum, byAlarmOutPortNum, byDiskNum, byDVRType, byChanNum, byStartChan, byAudioChanNum, byIPChanNum;
    BYTE byZeroChanNum, byMainProto, bySubProto, bySupport, bySupport1, bySupport2;
    WORD wDevType;
    BYTE bySupport3, byMultiStreamProto, byStartDChan, byStartDTalkChan, byHighDChanNum, bySupport4, byLanguageType;
    BYTE byVoiceInChanNum, byStartVoiceInChanNo, bySupport5, bySupport6, byMirrorChanNum;
    WORD wStartMirrorChanNo;
    BYTE bySupport7, byRes2;
} NET_DVR_DEVICEINFO_V30;

typedef struct {
    NET_DVR_DEVICEINFO_V30 struDeviceV30;
    BYTE bySupportLock, byRetryLoginTime, byPasswordLevel, byProxyType;
    DWORD dwSurplusLockTime;
    BYTE byCharEncodeType, bySupportDev5, bySupport, byLoginMode;
    DWORD dwOEMCode;
    int iResidualValidity;
    BYTE byResidualValidity, bySingleStartDTalkChan, bySingleDTalkChanNums, byPassWordResetLevel;
    BYTE bySupportStreamEncrypt, byMarketType, byRes2[238];
} NET_DVR_DEVICEINFO_V40;

typedef void (*fLoginResultCallBack)(LONG, DWORD, NET_DVR_DEVICEINFO_V30 *, void *);

typedef struct {
    char sDeviceAddress[129];
    BYTE byUseTransport;
    WORD wPort;
    char sUserName[64];
    char sPassword[64];
    fLoginResultCallBack cbLoginResult;
    void *pUser;
    BOOL bUseAsynLogin;
    BYTE byProxyType, byUseUTCTime, byLoginMode, byHttps;
    LONG iProxyID;
    BYTE byVerifyMode, byRes3[119];
} NET_DVR_USER_LOGIN_INFO;

typedef struct {
    LONG lChannel;
    DWORD dwStreamType, dwLinkMode;
    unsigned int hPlayWnd;
    BOOL bBlocked, bPassbackRecord;
    BYTE byPreviewMode, byStreamID[32], byProtoType, byRes1, byVideoCodingType;
    DWORD dwDisplayBufNum;
    BYTE byNPQMode, byRecvMetaData, byDataType, byRes[213];
} NET_DVR_PREVIEWINFO;

typedef struct {
    char sPath[256];
    BYTE byRes[128];
} NET_DVR_LOCAL_SDK_PATH;

typedef void (*REALDATACALLBACK)(LONG, DWORD, BYTE *, DWORD, void *);
typedef void (*ExceptionCallBack)(DWORD, LONG, LONG, void *);

static DWORD last_error;
static ExceptionCallBack on_exception;
static REALDATACALLBACK on_data;
static void *data_user;
static LONG channel;
static volatile int playing;
static pthread_t player;
static char folder[256];

DWORD NET_DVR_GetLastError(void) { return last_error; }
BOOL NET_DVR_Init(void) { return 1; }
BOOL NET_DVR_Cleanup(void) { return 1; }
BOOL NET_DVR_SetConnectTime(DWORD wait_ms, DWORD tries) { return wait_ms && tries; }
BOOL NET_DVR_SetReconnect(DWORD interval_ms, BOOL enable) { return interval_ms && !enable; }
BOOL NET_DVR_Logout(LONG user) { return user == 7; }

BOOL NET_DVR_SetSDKInitCfg(DWORD kind, void *info) {
    if (kind == 2) strncpy(folder, ((NET_DVR_LOCAL_SDK_PATH *)info)->sPath, sizeof folder - 1);
    return 1;
}

BOOL NET_DVR_SetExceptionCallBack_V30(DWORD message, void *window, ExceptionCallBack callback, void *user) {
    on_exception = callback;
    return 1;
}

LONG NET_DVR_Login_V40(NET_DVR_USER_LOGIN_INFO *login, NET_DVR_DEVICEINFO_V40 *device) {
    memset(device, 0xAB, sizeof *device);
    if (login->wPort != 8000 || login->bUseAsynLogin || login->byLoginMode || login->cbLoginResult) last_error = 17;
    else if (!strcmp(login->sUserName, "locked")) last_error = 153;
    else if (strcmp(login->sUserName, "admin") || strcmp(login->sPassword, "right")) last_error = 1;
    else if (!strcmp(login->sDeviceAddress, "192.0.2.1")) last_error = 7;
    else return 7;
    return -1;
}

static void *play(void *unused) {
    char path[300];
    snprintf(path, sizeof path, "%s/%s", folder, channel == 7 ? "noise.bin" : "stream.ps");
    FILE *file = fopen(path, "rb");
    BYTE piece[7000], head[40] = "IMKH";
    on_data(1, 1, head, sizeof head, data_user);
    for (int count = 1; playing && file; count++) {
        size_t size = fread(piece, 1, 1 + (count * 2657) % sizeof piece, file);
        if (!size && channel == 6) while (playing) usleep(1000);
        if (!size) rewind(file);
        if (channel == 2 && count == 12) raise(SIGSEGV);
        if (channel == 3 && count == 12) on_exception(0x8005, 7, 1, NULL);
        if (size) on_data(1, channel == 5 ? 3 : 2, piece, size, data_user);
        usleep(500);
    }
    if (file) fclose(file);
    return NULL;
}

LONG NET_DVR_RealPlay_V40(LONG user, NET_DVR_PREVIEWINFO *info, REALDATACALLBACK callback, void *callback_user) {
    last_error = user != 7 ? 47 : info->lChannel == 4 ? 4 : 17;
    if (user != 7 || info->lChannel == 4 || info->dwStreamType > 1 || !info->bBlocked || info->hPlayWnd) return -1;
    channel = info->lChannel;
    on_data = callback;
    data_user = callback_user;
    playing = 1;
    return pthread_create(&player, NULL, play, NULL) ? -1 : 1;
}

BOOL NET_DVR_StopRealPlay(LONG handle) {
    playing = 0;
    pthread_join(player, NULL);
    return handle == 1;
}
